// What every part of the page is given: the state, the words of the language, and what a click does.

import type { PageEvent, PageState } from './page-state.ts'
import type { Language } from './shown-words.ts'
import type { Words } from './words.ts'

export interface Look {
  readonly language: Language
  readonly theme: 'light' | 'dark' | undefined
  readonly size: 1 | 1.25 | 1.5
}

export interface Page {
  readonly state: PageState
  readonly look: Look
  readonly words: Words
  readonly tell: (event: PageEvent) => void
  readonly setLook: (change: Partial<Look>) => void
  readonly openFile: (file: File) => void
}
