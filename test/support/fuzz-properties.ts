// What must hold whatever is thrown at the gateway? Four properties, run briefly in CI and at length by scripts/fuzz.ts.

import fc from 'fast-check'
import { ISSUER, message, RESOURCE } from './gateway.ts'
import { startFuzzGateway, type FuzzAnswer, type FuzzGateway } from './fuzz-gateway.ts'
import { mayAllow, type ReferenceCall } from './reference-decision.ts'

interface FuzzReport {
  readonly runs: number
  /** How often a tool ran: a fuzzer that nothing gets past tests nothing. */
  readonly allowed: number
}

export interface FuzzProperty {
  readonly name: string
  /** Rejects with a counterexample. */
  readonly check: (options: { readonly runs: number, readonly seed?: number }) => Promise<FuzzReport>
}

const STATUSES = new Set([200, 202, 204, 400, 401, 403, 404, 405, 406, 413, 415, 503])

/** No crash, no 500, no page, no stack. */
function isCivil ({ status, headers, body }: FuzzAnswer): void {
  if (!STATUSES.has(status)) throw new Error(`status ${status}: ${body.slice(0, 200)}`)
  if (body === '' || String(headers['content-type']).startsWith('text/event-stream')) return
  const parsed: unknown = JSON.parse(body)
  if (typeof parsed !== 'object' || parsed === null) throw new Error('the answer is no JSON object')
  if (/\n\s+at |node_modules|\.ts:\d/.test(body)) throw new Error('the answer shows code')
}

const ran = ({ status, body }: FuzzAnswer): boolean => status === 200 && body.includes('"structuredContent"')

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

type Members = Readonly<Record<string, unknown>>

/** Something good in which up to three members are something else, or gone. */
function spoilt (good: Members, others: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Members> {
  const GONE = Symbol('gone')
  const value = (name: string): fc.Arbitrary<unknown> => fc.oneof({ weight: 8, arbitrary: others[name] ?? fc.constant(GONE) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) }, { weight: 1, arbitrary: fc.constant(GONE) })
  return fc.uniqueArray(oneOf(...Object.keys({ ...good, ...others })), { maxLength: 3 })
    .chain(names => fc.tuple(...names.map(value)).map(values => Object.fromEntries(names.map((name, index) => [name, values[index]]))))
    .map(changes => Object.fromEntries(Object.entries({ ...good, ...changes }).filter(([, member]) => member !== GONE)))
}

const details = spoilt({ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY' }, {
  type: oneOf('ticket-reservation', 'ticket-reservations'),
  actions: fc.subarray(['book', 'cancel', 'BOOK', 'read']),
  maxAmount: fc.oneof(fc.integer({ min: -10, max: 20_000 }), oneOf<unknown>('10000', 1e308, 2 ** 53, 0.5, null)),
  currency: oneOf<unknown>('JPY', 'USD', 'jpy', null),
  ticketIds: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  locations: fc.subarray([RESOURCE, `${RESOURCE}/`, 'https://other.example']),
  validUntil: oneOf('2099-01-01T00:00:00Z', '2000-01-01T00:00:00Z', 'soon'),
  maxTotalAmount: fc.integer({ min: -1, max: 100_000 }),
  budgetId: fc.string({ minLength: 1, maxLength: 12 }),
  identifier: oneOf<unknown>(null, '', 'x'),
  unknown: fc.jsonValue({ maxDepth: 1 })
})

/** With some members in a JSON text or an object inside, as Authlete has them, or there twice. */
const element = fc.tuple(details, fc.option(fc.tuple(details, fc.boolean(), fc.boolean()), { freq: 3 })).map(([outer, inner]) => {
  if (inner === null) return outer
  const [members, asText, twice] = inner
  const { type, ...others } = members
  return { ...(twice ? outer : { type }), otherFields: asText ? JSON.stringify(others) : others }
})

const reply = spoilt({
  active: true,
  iss: ISSUER,
  sub: '1004',
  aud: [RESOURCE],
  scope: 'mcp:tickets:read mcp:tickets:write',
  exp: 1_800_003_600,
  client_id: 'client-1',
  token_type: 'Bearer',
  authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 10_000, currency: 'JPY' }]
}, {
  active: oneOf<unknown>('true', 1, false, null),
  iss: oneOf<unknown>(`${ISSUER}/`, '', null, [ISSUER]),
  sub: oneOf<unknown>('2001', '', 'a\nb', 1004, null),
  aud: fc.oneof(oneOf<unknown>(RESOURCE, `${RESOURCE}-evil`, null), fc.subarray([RESOURCE, 'https://other.example'])),
  scope: fc.subarray(['mcp:tickets:read', 'mcp:tickets:write', 'openid', 'mcp:tickets']).map(scopes => scopes.join(' ')),
  exp: oneOf<unknown>(1_799_999_999, 1_800_000_000, 1_800_000_001.5, 1e300, -1, '1800003600'),
  nbf: oneOf(1_700_000_000, 1_800_000_004, 1_800_000_007, 1_900_000_000),
  cnf: oneOf<unknown>({}, null, { jkt: 'x' }),
  client_id: fc.string(),
  token_type: oneOf('bearer', 'refresh_token', 'DPoP'),
  authorization_details: fc.array(element, { maxLength: 3 }),
  more: fc.jsonValue({ maxDepth: 1 })
})

const call: fc.Arbitrary<ReferenceCall> =
  fc.record({ tool: oneOf('read', 'book'), ticketId: fc.integer({ min: 1, max: 3 }), amount: fc.integer({ min: 0, max: 12_000 }) })

let requests = 0
/** A token that no cache knows. */
function freshToken (): string {
  requests += 1
  return `fuzz-${requests}`
}

function messageOf ({ tool, ticketId, amount }: ReferenceCall): string {
  return JSON.stringify(message('tools/call', { name: tool, arguments: { ticket_id: ticketId, amount } }).body)
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

async function isDecidedLikeTheReference (
  gateway: FuzzGateway, whenAbsent: 'allow' | 'deny', wanted: ReferenceCall, text: string
): Promise<boolean> {
  gateway.reply = text
  const answer = await gateway.request({ headers: { ...HEADERS, authorization: `Bearer ${freshToken()}` }, body: messageOf(wanted) })
  isCivil(answer)
  if (!ran(answer)) return false
  const parsed: unknown = JSON.parse(text)
  if (!mayAllow(parsed, wanted, { issuer: ISSUER, resource: RESOURCE, whenAbsent, now: gateway.now })) {
    throw new Error('allowed what the reference decision refuses')
  }
  return true
}

function property<Values extends [unknown, ...unknown[]]> (
  name: string, whenAbsent: 'allow' | 'deny', arbitraries: { [Key in keyof Values]: fc.Arbitrary<Values[Key]> },
  holds: (gateway: FuzzGateway, ...values: Values) => Promise<boolean>
): FuzzProperty {
  return {
    name,
    async check ({ runs, seed }) {
      const gateway = await startFuzzGateway(whenAbsent)
      let allowed = 0
      try {
        await fc.assert(fc.asyncProperty(...arbitraries, async (...values: Values) => {
          if (await holds(gateway, ...values)) allowed += 1
        }), { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
        return { runs, allowed }
      } finally {
        await gateway.close()
      }
    }
  }
}

const GOOD_REPLY =
  JSON.stringify({ active: true, iss: ISSUER, sub: '1004', aud: RESOURCE, scope: 'mcp:tickets:read mcp:tickets:write', exp: 1_800_003_600 })

const params = fc.oneof(spoilt({ name: 'read', arguments: { ticket_id: 1, amount: 1 } }, {
  name: oneOf('book', 'constructor', '__proto__', ''),
  arguments: spoilt({ ticket_id: 1, amount: 1 },
    { ticket_id: fc.jsonValue({ maxDepth: 1 }), amount: fc.double(), more: fc.jsonValue({ maxDepth: 1 }) }),
  cursor: fc.jsonValue({ maxDepth: 1 }),
  protocolVersion: oneOf('2025-11-25', '2026-07-28', '1'),
  _meta: fc.dictionary(oneOf('io.modelcontextprotocol/protocolVersion', 'progressToken', 'traceparent',
    'io.modelcontextprotocol/clientCapabilities', 'x'), fc.jsonValue({ maxDepth: 2 }))
}))

const body = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json({ maxDepth: 4 }),
  {
    weight: 3,
    arbitrary: params.chain(params => spoilt({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, {
      jsonrpc: oneOf('1.0', '2'),
      id: fc.oneof(fc.integer(), fc.string()),
      method: oneOf('tools/list', 'initialize', 'ping', 'server/discover', 'notifications/initialized', 'nothing'),
      extra: fc.jsonValue({ maxDepth: 1 })
    })).map(value => JSON.stringify(value))
  }
)

const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map(code => String.fromCharCode(code)), maxLength: 60 })
const headers = spoilt({ authorization: 'Bearer fuzz', 'content-type': 'application/json' }, {
  authorization: fc.oneof(headerText, oneOf('bearer  fuzz', 'Bearer fuzz, Bearer fuzz', 'DPoP fuzz', 'Basic Zg==')),
  'content-type': fc.oneof(headerText, oneOf('application/json; charset=utf-8', 'text/plain')),
  'mcp-protocol-version': fc.oneof(headerText, oneOf('2025-11-25', '2026-07-28')),
  'mcp-method': fc.oneof(headerText, oneOf('tools/call', 'tools/list')),
  'mcp-name': fc.oneof(headerText, oneOf('read', '=?base64?cmVhZA==?=')),
  'mcp-param-ticket-id': headerText,
  'mcp-session-id': headerText,
  accept: fc.oneof(headerText, oneOf('text/event-stream')),
  origin: fc.oneof(headerText, oneOf('null')),
  dpop: headerText,
  host: fc.oneof(headerText, oneOf('evil.example')),
  forwarded: headerText,
  traceparent: headerText,
  'content-encoding': oneOf('gzip', 'identity', 'br')
}).map(members => Object.fromEntries(Object.entries(members).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && /^[\x20-\xff]*$/.test(entry[1]) && !entry[1].includes('\x7f'))))

export const FUZZ_PROPERTIES: readonly FuzzProperty[] = [
  property('bodies: no crash, no 500, whatever is sent with a good token', 'allow', [body], async (gateway, text) => {
    gateway.reply = GOOD_REPLY
    const answer = await gateway.request({ headers: { ...HEADERS, authorization: 'Bearer fuzz' }, body: text })
    isCivil(answer)
    return ran(answer)
  }),
  property('headers and targets: no crash, no 500, no tool without one good Authorization header', 'allow', [
    headers, oneOf('POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'DELETE'),
    oneOf('/mcp', '/mcp', '/mcp', '/mcp/', '//mcp', '/%6dcp', '/mcp?access_token=x', '/mcp/tools', '/nothing')
  ], async (gateway, sent, method, url) => {
    gateway.reply = GOOD_REPLY
    const answer = await gateway.request({
      method,
      url,
      headers: { accept: HEADERS.accept, ...sent },
      body: method === 'GET' ? '' : messageOf({ tool: 'read', ticketId: 1, amount: 1 })
    })
    if (url === '/mcp' && method !== 'GET') isCivil(answer)
    if (answer.status >= 500) throw new Error(`status ${answer.status}`)
    if (ran(answer) && !/^bearer +[A-Za-z0-9\-._~+/]+=*$/i.test(sent['authorization'] ?? '')) throw new Error('a tool ran without one good Authorization header')
    return ran(answer)
  }),
  property('introspection replies: nothing is allowed that the reference decision refuses (absent details denied)', 'deny',
    [call, reply], (gateway, wanted, value) =>
      isDecidedLikeTheReference(gateway, 'deny', wanted, JSON.stringify(value))),
  property('introspection replies: nothing is allowed that the reference decision refuses (absent details allowed)', 'allow',
    [call, fc.oneof(reply.map(value => JSON.stringify(value)), fc.json({ maxDepth: 3 }))], (gateway, wanted, text) =>
      isDecidedLikeTheReference(gateway, 'allow', wanted, text)),
  property('authorization details: nothing is allowed that the reference decision refuses', 'deny',
    [call, fc.array(element, { minLength: 1, maxLength: 3 })], (gateway, wanted, list) =>
      isDecidedLikeTheReference(gateway, 'deny', { ...wanted, tool: 'book' },
        JSON.stringify({ ...JSON.parse(GOOD_REPLY) as object, authorization_details: list })))
]
