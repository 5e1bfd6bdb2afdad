// Every check in its order with its source and what it compared, and what the authorization server said.

import { h, type ComponentChild } from 'preact'
import type { ShownCheck, ShownRequest, ShownReply } from '../shown-request.ts'
import type { Page } from './drawing.ts'
import { currencyOf, outcomeText, symbolOf, valueText } from './shown-words.ts'

const SOURCES: Readonly<Record<string, readonly [title: string, href: string]>> = {
  credentials: ['RFC 6750 §2.1', 'https://www.rfc-editor.org/rfc/rfc6750#section-2.1'],
  active: ['RFC 7662 §2.2', 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2'],
  'usable-claims': ['RFC 7662 §2.2', 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2'],
  lifetime: ['RFC 6750 §3.1', 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1'],
  issuer: ['RFC 8414 §2', 'https://www.rfc-editor.org/rfc/rfc8414#section-2'],
  'sender-constraint': ['RFC 9449 §7', 'https://www.rfc-editor.org/rfc/rfc9449#section-7'],
  audience: ['RFC 8707 §2', 'https://www.rfc-editor.org/rfc/rfc8707#section-2'],
  client: ['RFC 7662 §2.2', 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2'],
  subject: ['RFC 7662 §2.2', 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2'],
  scope: ['RFC 6750 §3.1', 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1'],
  'authentication-level': ['RFC 9470 §3', 'https://www.rfc-editor.org/rfc/rfc9470#section-3'],
  'authorization-details': ['RFC 9396 §9', 'https://www.rfc-editor.org/rfc/rfc9396#section-9'],
  freshness: ['RFC 7662 §4', 'https://www.rfc-editor.org/rfc/rfc7662#section-4']
}

export function checkTable (page: Page, request: ShownRequest): ComponentChild {
  const { words } = page
  if (request.checks.length === 0) return null
  const { columns } = words
  return h('section', { class: 'card', 'aria-labelledby': 'checks-heading' },
    h('h3', { id: 'checks-heading' }, words.headings.checks),
    h('p', { class: 'soft' }, words.explainedAfterwards),
    h('table', { class: 'checks' },
      h('thead', null, h('tr', null,
        [columns.check, columns.outcome, columns.compared, columns.source].map(column => h('th', { scope: 'col' }, column)))),
      h('tbody', null, request.checks.map(check => row(page, request, check)))))
}

function row ({ words, look: { language } }: Page, request: ShownRequest, check: ShownCheck): ComponentChild {
  const source = SOURCES[check.check]
  const currency = currencyOf(request)
  return h('tr', { class: check.outcome },
    h('th', { scope: 'row' }, words.checks[check.check] ?? check.check),
    h('td', null, h('span', { 'aria-hidden': 'true' }, `${symbolOf(check)} `), outcomeText(check.outcome, words),
      check.problem === undefined ? null : h('span', null, ` (${words.outcomes[check.problem] ?? check.problem})`)),
    h('td', null, (check.compared ?? []).map(({ member, needed, found, element }) => h('div', { class: 'compared' },
      h('code', null, element === undefined ? member : `[${element}].${member}`),
      needed === null ? null : ` ${words.needed} ${valueText(needed, member, currency, language, words)}`,
      found === undefined ? null : ` ${words.found} ${valueText(found, member, currency, language, words)}`))),
    h('td', null, source === undefined ? null : h('a', { href: source[1], target: '_blank', rel: 'noreferrer' }, source[0])))
}

export function replyCard ({ words, look: { language } }: Page, request: ShownRequest): ComponentChild {
  const { told } = request
  if (told === undefined) return null
  return h('section', { class: 'card', 'aria-labelledby': 'reply-heading' },
    h('h3', { id: 'reply-heading' }, words.headings.reply),
    h('dl', null, claimsOf(told).map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value)))),
    told.details.length === 0 ? null : h('h4', null, words.headings.limits),
    told.details.map(element => h('pre', { tabIndex: 0 }, JSON.stringify(element))),
    told.hidden > 0 ? h('p', { class: 'soft' }, words.hidden(told.hidden)) : null)

  function claimsOf (
    { issuer, subject, clientId, scopes, expiresAt, authenticationContext }: ShownReply
  ): ReadonlyArray<readonly [string, string]> {
    const all: ReadonlyArray<readonly [string, string | undefined]> = [
      ['iss', issuer], ['sub', subject], ['client_id', clientId], ['scope', scopes.join(' ')],
      ['exp', expiresAt === undefined ? undefined : new Date(expiresAt * 1000).toLocaleString(language)], ['acr', authenticationContext]
    ]
    return all.flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const])
  }
}
