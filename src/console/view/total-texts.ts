// The texts about a total: which one it is, and what was left before the call and after it, or with the call held.

import type { ShownRequest } from '../shown-request.ts'
import { valueText, type Language } from './shown-words.ts'
import type { Words } from './words.ts'

interface TotalTexts {
  readonly heading: string
  /** As the type of details names it. */
  readonly member: string | undefined
  readonly rows: ReadonlyArray<readonly [name: string, value: string]>
}

export function totalTexts (used: NonNullable<ShownRequest['used']>, words: Words, language: Language): TotalTexts {
  const { currency, total, before, after, member, held } = used
  const text = (value: number): string => valueText(value, 'amount', currency, language, words)
  return {
    heading: total === undefined ? words.used.heading : `${words.used.heading} (${text(total)})`,
    member,
    rows: [[words.used.before, text(before)], [held === true ? words.used.held : words.used.after, text(after)]]
  }
}
