// The two amounts because of which a call was refused, as bars on one scale: readable from the back of a room.

import { h, type ComponentChild } from 'preact'
import type { ShownRequest } from '../shown-request.ts'
import type { Page } from './drawing.ts'
import { currencyOf, decisive, valueText } from './shown-words.ts'

const SCALE = 1000

export function comparedBars ({ words, look: { language } }: Page, request: ShownRequest): ComponentChild {
  const comparison = decisive(request)
  const { needed, found } = comparison ?? {}
  if (comparison?.element === undefined || typeof needed !== 'number' || typeof found !== 'number') return null
  const text = (value: number) => valueText(value, comparison.member, currencyOf(request), language, words)
  const widthOf = (value: number) => Math.max(2, (value / Math.max(needed, found, 1)) * (SCALE - 4))
  const bar = (kind: 'needed' | 'found', value: number) =>
    h('svg', { viewBox: `0 0 ${SCALE} 40`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      h('rect', { class: kind, x: 2, y: 2, width: widthOf(value), height: 36 }))
  return h('section', { class: 'card bars' },
    h('p', null, words.callNeeds, ' ', h('strong', null, text(needed))), bar('needed', needed),
    h('p', null, words.personAllowed(request.person?.subject ?? words.unknownPerson), ' ', h('strong', null, text(found))),
    bar('found', found))
}
