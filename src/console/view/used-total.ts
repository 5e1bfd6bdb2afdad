// What was left of a total before the call and after it. A refused call has left it as it was.

import { h, type ComponentChild } from 'preact'
import type { ShownRequest } from '../shown-request.ts'
import type { Page } from './drawing.ts'
import { valueText } from './shown-words.ts'

export function usedTotal ({ words, look: { language } }: Page, { used }: ShownRequest): ComponentChild {
  if (used === undefined) return null
  const text = (value: number) => valueText(value, 'amount', used.currency, language, words)
  const row = (name: string, value: number) => h('div', null, h('dt', null, name), h('dd', null, text(value)))
  return h('section', { class: 'card', 'aria-labelledby': 'used-heading' },
    h('h3', { id: 'used-heading' }, words.used.heading, used.total === undefined ? null : ` (${text(used.total)})`),
    h('dl', null, row(words.used.before, used.before), row(words.used.after, used.after)))
}
