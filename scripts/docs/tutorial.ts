// The steps of the tutorial in its two languages: the blocks between <!-- tutorial --> and <!-- /tutorial -->, in order. A test runs
// them, and a check holds that the commands of both languages are equal.

import { readFileSync } from 'node:fs'
import { fencesOf } from './markdown.ts'

export const TUTORIALS = ['docs/tutorial.md', 'docs/ja/tutorial.md'] as const

/** `bash`: to be run. `http`: status line and headers of the answer to the last command. `json`: members of its body. */
export interface TutorialBlock {
  readonly kind: 'bash' | 'http' | 'json'
  readonly text: string
  /** In its page, from 1. */
  readonly line: number
}

/** @throws Error when the page has no tutorial, or a block in it that is of no kind */
export function tutorialBlocks (file: string): TutorialBlock[] {
  const page = readFileSync(file, 'utf8')
  const start = page.indexOf('<!-- tutorial -->')
  const end = page.indexOf('<!-- /tutorial -->', start)
  if (start === -1 || end === -1) throw new Error(`${file}: no <!-- tutorial --> … <!-- /tutorial -->`)
  const linesBefore = page.slice(0, start).split('\n').length - 1
  return fencesOf(page.slice(start, end)).map(({ language, text, line }) => {
    if (language !== 'bash' && language !== 'http' && language !== 'json') {
      throw new Error(`${file}:${linesBefore + line}: a block of the tutorial is bash, http or json`)
    }
    return { kind: language, text, line: linesBefore + line }
  })
}

export function checkTutorials (): string[] {
  const [english, japanese] = TUTORIALS
  // Prose and comments are translated, commands are not.
  const commands = (file: string) => tutorialBlocks(file).filter(({ kind }) => kind === 'bash')
    .map(({ text, line }) => ({ line, text: text.split('\n').filter(line => !line.startsWith('#')).join('\n').trim() }))
  const theirs = commands(japanese)
  const ours = commands(english)
  const different = ours.findIndex(({ text }, index) => theirs[index]?.text !== text)
  const lineOf = (blocks: typeof ours) => blocks[different]?.line ?? 0
  if (different !== -1) return [`${english}:${lineOf(ours)} and ${japanese}:${lineOf(theirs)}: the commands differ`]
  return theirs.length === ours.length ? [] : [`${japanese}: has commands that ${english} has not`]
}
