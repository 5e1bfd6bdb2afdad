// The requests, newest first: a list of buttons, each with the verdict in words beside its symbol.

import { h, type ComponentChild } from 'preact'
import type { Page } from './drawing.ts'
import { listed, outcomeOf, retriedBy, type Numbered } from './page-state.ts'
import { millisecondsText, SYMBOLS, timeText, verdictOf } from './shown-words.ts'

const MAX_ROWS = 200

export function requestList (page: Page): ComponentChild {
  const { state, words } = page
  const rows = listed(state).slice(0, MAX_ROWS)
  return h('section', { class: 'list', 'aria-labelledby': 'list-heading' },
    h('h2', { id: 'list-heading', class: 'quiet' }, words.list),
    state.dropped > 0 ? h('p', { class: 'dropped' }, words.dropped(state.dropped)) : null,
    rows.length === 0
      ? h('p', null, words.empty)
      : h('ol', { reversed: true }, rows.map(numbered => row(page, numbered))))
}

function row ({ state, words, look: { language }, tell }: Page, { number, request }: Numbered): ComponentChild {
  const outcome = outcomeOf(request)
  const related = retriedBy(state.requests, number)
  const current = state.open === number
  return h('li', { key: number },
    h('button', {
      type: 'button',
      id: `request-${number}`,
      class: `row ${outcome}`,
      'aria-current': current ? 'true' : undefined,
      onClick: () => { tell({ kind: 'open', number }) }
    },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, h('span', { class: 'symbol' }, SYMBOLS[outcome]), String(request.status ?? '…')),
    h('span', { class: 'text' },
      h('strong', null, `#${number} ${verdictOf(request, words, language)}`),
      h('span', { class: 'soft' }, whoAndWhat(request, words.unknownPerson)),
      h('span', { class: 'soft' },
        [timeText(request.at, language), request.ms === undefined ? '' : millisecondsText(request.ms, language)]
          .filter(Boolean).join(' · ')),
      related === undefined
        ? null
        : h('span', { class: 'related' }, `↩ ${(related.said ? words.retryOf : words.probablyRetryOf)(related.number)}`))))
}

export function whoAndWhat ({ person, clientId, tool, method }: Numbered['request'], unknown: string): string {
  return [person?.subject ?? unknown, clientId, tool ?? method].filter(text => text !== undefined).join(' · ')
}
