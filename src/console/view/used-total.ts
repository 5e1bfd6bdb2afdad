// What was left of a total before the call and after it. A refused call has left it as it was. A hold may be credited later.

import { h, type ComponentChild } from 'preact'
import type { ShownRequest } from '../shown-request.ts'
import type { Page } from './drawing.ts'
import { totalTexts } from './total-texts.ts'

export function usedTotal ({ words, look: { language } }: Page, { used }: ShownRequest): ComponentChild {
  if (used === undefined) return null
  const { heading, member, rows } = totalTexts(used, words, language)
  return h('section', { class: 'card', 'aria-labelledby': 'used-heading' },
    h('h3', { id: 'used-heading' }, heading, member === undefined ? null : [' ', h('code', null, member)]),
    h('dl', null, rows.map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, value)))))
}
