// The open request: verdict and next step in large letters, the answer to the client with the remedy, the way, the checks. A refusal shows
// the answer first, because why and what now is what the last row of a room wants to know.

import { h, type ComponentChild } from 'preact'
import { checkTable, replyCard } from './check-table.ts'
import { decodeChallenge } from './decoded-challenge.ts'
import { comparedBars } from './compared-bars.ts'
import type { Page } from './drawing.ts'
import { usedTotal } from './used-total.ts'
import { laneDiagram } from './lane-diagram.ts'
import { outcomeOf, retriedBy, type Numbered } from './page-state.ts'
import { whoAndWhat } from './request-list.ts'
import { millisecondsText, nextStepOf, SYMBOLS, timeText, verdictOf } from './shown-words.ts'

export function openRequest (page: Page): ComponentChild {
  const { state, words, tell } = page
  const request = state.open === undefined ? undefined : state.requests.get(state.open)
  if (state.open === undefined || request === undefined) return h('section', { class: 'detail empty' }, h('p', null, words.choose))
  const numbered = { number: state.open, request }
  return h('section', { class: 'detail', 'aria-labelledby': 'verdict' },
    h('button', { type: 'button', class: 'back', onClick: () => { tell({ kind: 'open', number: undefined }) } }, words.buttons.back),
    verdict(page, numbered),
    comparedBars(page, request),
    usedTotal(page, request),
    answerCard(page, numbered),
    laneDiagram(page, request),
    checkTable(page, request),
    replyCard(page, request))
}

function verdict ({ state, words, look: { language }, tell }: Page, { number, request }: Numbered): ComponentChild {
  const outcome = outcomeOf(request)
  const before = retriedBy(state.requests, number)
  const after = [...state.requests.keys()].find(other => retriedBy(state.requests, other)?.number === number)
  const link = (to: number, text: string) =>
    h('button', { type: 'button', class: 'link', onClick: () => { tell({ kind: 'open', number: to }) } }, text)
  return h('div', { class: `card verdict ${outcome}` },
    h('div', { class: 'mark', 'aria-hidden': 'true' }, h('span', { class: 'symbol' }, SYMBOLS[outcome]), String(request.status ?? '…')),
    h('div', null,
      h('h2', { id: 'verdict', tabIndex: -1 }, verdictOf(request, words, language)),
      h('p', { class: 'next' }, nextStepOf(request, words, language)),
      h('p', { class: 'soft' }, [
        `#${number}`, whoAndWhat(request, words.unknownPerson), timeText(request.at, language),
        request.ms === undefined ? undefined : millisecondsText(request.ms, language),
        request.tokenHash === undefined ? undefined : `token #${request.tokenHash}`, request.version
      ].filter(text => text !== undefined).join(' · ')),
      before === undefined ? null : link(before.number, `↩ ${(before.said ? words.retryOf : words.probablyRetryOf)(before.number)}`),
      after === undefined ? null : link(after, `↪ ${words.retriedIn(after)}`)))
}

function answerCard ({ words }: Page, { request }: Numbered): ComponentChild {
  if (request.challenge === undefined) return null
  const { scheme, members, remedy } = decodeChallenge(request.challenge)
  const text = JSON.stringify(remedy)
  return h('section', { class: 'card', 'aria-labelledby': 'told-heading' },
    h('h3', { id: 'told-heading' }, words.headings.told, ' · ', h('span', { class: 'soft' }, 'RFC 9728 §5.1, RFC 6750 §3')),
    h('dl', null,
      h('div', null, h('dt', null, 'HTTP'), h('dd', null, `${request.status ?? ''} · WWW-Authenticate: ${scheme}`)),
      members.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value)))),
    remedy === undefined
      ? null
      : h('div', { class: 'remedy' },
        h('h4', null, words.headings.remedy),
        h('pre', { tabIndex: 0 }, text),
        h('button', { type: 'button', onClick: () => { navigator.clipboard.writeText(text).catch(() => {}) } }, words.buttons.copy)))
}
