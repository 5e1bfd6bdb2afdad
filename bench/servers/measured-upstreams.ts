// The upstream files and locks of the measurements, read as a disk would be: the same decision as that of the gateway's own tool, with
// the same scope and the same details.

import type { ConfiguredUpstream } from '../../src/config/upstream/load-upstreams.ts'
import { loadUpstreams } from '../../src/config/upstream/load-upstreams.ts'
import { formatMistake } from '../../src/config/mistake.ts'
import { definitionHash, lockedHash } from '../../src/proxy/lock/definition-hash.ts'
import { lockText } from '../../src/proxy/lock/lock-file.ts'
import type { RequestTemplate } from '../../src/upstream/rest/request-template.ts'
import type { UpstreamOptions } from '../gateway-options.ts'
import { CLIENT_ID, CLIENT_SECRET } from './identifiers.ts'
import { UPSTREAM_REVISION, UPSTREAM_TOOLS } from './upstream-answers.ts'

const words = (text: string) => ({ title: { en: text }, description: { en: `${text}.` } })

/** As the ticket tools have it, as far as an upstream can declare it. */
const TICKET_RESERVATION = {
  ...words('Reservations'),
  values: { action: 'word', amount: 'amount', currency: 'currency' },
  members: {
    actions: { limit: 'oneOf', of: 'action', words: ['book', 'cancel'], required: true, ...words('Actions') },
    maxAmount: { limit: 'max', of: 'amount', currency: 'currency', required: true, ...words('Highest amount') },
    currency: { limit: 'currency', of: 'currency', whenAbsent: 'JPY', ...words('Currency') }
  }
}

const COUNTED = {
  ...TICKET_RESERVATION,
  members: {
    ...TICKET_RESERVATION.members,
    maxTotalAmount: { limit: 'total', of: 'amount', currency: 'currency', budget: 'budgetId', ...words('In total') },
    budgetId: { limit: 'label', ...words('Budget') }
  }
}

const DECISION = {
  effect: 'read',
  scopes: ['mcp:tickets:read'],
  details: {
    type: 'ticket-reservation', values: { action: { const: 'book' }, amount: { const: 5000 }, currency: { const: 'JPY' } }
  }
}

function fileOf (name: string, upstream: UpstreamOptions, place: number) {
  const { address, isolation = 'client', maxSessions = 1000, concurrent = 64, starts = '', counted = false, tokenEndpoint } = upstream
  return {
    name,
    // The first one has the names of the gateway's own tools.
    prefix: place === 0 ? '' : `${name}_`,
    transport: isRest(address)
      ? { openapi: { document: './measured.openapi.json', url: address } }
      : address === 'stdio'
        ? { stdio: { command: process.execPath, args: [new URL('upstream-stdio.js', import.meta.url).pathname, starts] } }
        : { http: { url: address } },
    isolation,
    ...(tokenEndpoint === undefined
      ? {}
      : {
          credentials: {
            tokenExchange: { tokenEndpoint, clientId: CLIENT_ID, clientSecret: { env: 'EXCHANGE_SECRET' }, scopes: [], cacheSeconds: 300 }
          }
        }),
    limits: { maxSessions, concurrent, maxResultBytes: 16_000_000 },
    ...(place === 0 ? { detailsTypes: { 'ticket-reservation': counted ? COUNTED : TICKET_RESERVATION } } : {}),
    tools: place === 0
      ? {
          get_ticket: counted ? { ...DECISION, effect: 'change' } : DECISION,
          ...(isRest(address) ? {} : { get_report: { effect: 'read', scopes: ['mcp:tickets:read'] } })
        }
      : { get_ticket: { effect: 'read', scopes: ['mcp:tickets:read'] }, get_report: 'hidden' }
  }
}

function isRest (address: string): boolean {
  return address.endsWith('/rest')
}

/** As a review of an OpenAPI document writes it. */
function restLockOf (upstream: string): string {
  const [{ outputSchema: _, ...definition }] = UPSTREAM_TOOLS
  const request: RequestTemplate = {
    method: 'GET',
    path: '/tickets/{ticket_id}',
    parameters: [{ in: 'path', name: 'ticket_id', at: ['ticket_id'], style: 'value', required: true }]
  }
  return lockText({
    upstream,
    revision: 'openapi-3.1',
    reviewed: '2026-11-28T09:12:44Z',
    server: { name: 'measured', version: '1.0.0' },
    tools: { get_ticket: { hash: lockedHash(definition, request) ?? '', definition, request } }
  })
}

function lockOf (upstream: string): string {
  return lockText({
    upstream,
    revision: UPSTREAM_REVISION,
    reviewed: '2026-11-20T09:12:44Z',
    server: { name: 'measured', version: '1.0.0' },
    tools: Object.fromEntries(UPSTREAM_TOOLS.map(definition => [definition.name, { hash: definitionHash(definition) ?? '', definition }]))
  })
}

export function measuredUpstreams (options: readonly UpstreamOptions[]): readonly ConfiguredUpstream[] {
  const files = new Map(options.flatMap((upstream, place) => {
    const name = `measured${place}`
    return [[`/${name}.json`, JSON.stringify(fileOf(name, upstream, place))], [`/${name}.lock.json`, isRest(upstream.address) ? restLockOf(name) : lockOf(name)]]
  }))
  const loaded = loadUpstreams([...files.keys()].filter(path => !path.endsWith('.lock.json')), {
    directory: '/',
    env: { EXCHANGE_SECRET: CLIENT_SECRET },
    readFile: path => files.get(path) ?? ''
  })
  if (!loaded.ok) throw new Error(loaded.error.map(formatMistake).join('; '))
  return loaded.value
}
