// Requests without a valid token, and their outcomes; the rules in checks/ judge them, each against the answer to a plain request of the
// same server. No secret is sent: tokens are random and go to the endpoint only.

import { randomBytes } from 'node:crypto'
import type { Probe } from './probe-exchange.ts'
import { issuersOf, observeDocuments, type DocumentObservations } from './observe-documents.ts'
import type { Outcome } from './outcome.ts'
import { batch, initializeMessage, legacyMessage, modernMessage, type Message } from './probe-messages.ts'
import type { Prober } from './prober.ts'
import type { Target } from './target.ts'

type CredentialProbe = 'junk' | 'lower-case' | 'basic' | 'unsigned-jwt' | 'neutral-query' | 'in-query' | 'injection' | MalformedProbe
export type MalformedProbe = 'no token' | 'two tokens' | 'a quoted token' | 'two headers' | 'two in one header' | 'a very long token'
type MethodProbe = 'GET' | 'DELETE' | 'PUT' | 'PATCH'
type BrowserProbe = 'foreign' | 'null' | 'friendly' | 'preflight'
type BodyProbe = 'bad JSON' | 'an array' | 'nothing' | 'text/plain'

export interface Observations extends DocumentObservations {
  readonly target: Target
  /** Requests without credentials, by method. `tools/list` is the plain request with which the others are compared. */
  readonly unauthenticated: Readonly<Record<'initialize' | 'tools/list' | 'server/discover' | 'notification', Outcome>>
  /** `neutral-query`: no credentials, and a query that means nothing, to compare `in-query` with. */
  readonly credentials: Readonly<Record<CredentialProbe, Outcome>>
  readonly methods: Readonly<Record<MethodProbe, Outcome>>
  readonly origin: string
  readonly browser: Readonly<Record<BrowserProbe, Outcome>>
  readonly bodies: Readonly<Record<BodyProbe, Outcome>>
  /** A random token; no answer may repeat it. */
  readonly junk: string
}

export const FOREIGN_ORIGIN = 'https://attacker.example'
export const PREFLIGHT_HEADERS = ['authorization', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name']
export const INJECTED = 'x-check-injected'

type Pairs = Message['headers']

/** @param origin an origin whose pages should be able to connect, for the CORS checks */
export async function observe (prober: Prober, target: Target, origin: string): Promise<Observations> {
  const { endpoint } = target
  const post = ({ headers, body }: Message, more: Pairs = [], url = endpoint) =>
    prober.send({ method: 'POST', url, headers: [...headers, ...more], body })
  const list = legacyMessage('tools/list')

  const first = await post(initializeMessage())
  const junk = randomBytes(24).toString('base64url')
  const authorized = (...values: string[]) => post(list, values.map(value => ['authorization', value]))
  const withQuery = (query: string) => new URL(`${endpoint.href}?${query}`)

  const documents = await observeDocuments(prober, target, first, origin)
  const [unauthenticated, credentials, methods, browser, bodies] = await Promise.all([
    settle({
      'tools/list': post(list),
      'server/discover': post(modernMessage('server/discover')),
      notification: post(legacyMessage('notifications/initialized'))
    }),
    settle({
      junk: authorized(`Bearer ${junk}`),
      'lower-case': authorized(`bearer ${junk}`),
      basic: authorized(`Basic ${Buffer.from('user:password').toString('base64')}`),
      'unsigned-jwt': authorized(`Bearer ${unsignedJwt(target, issuersOf(documents.documents)[0])}`),
      'neutral-query': post(list, [], withQuery(`check=${randomBytes(24).toString('base64url')}`)),
      'in-query': post(list, [], withQuery(`access_token=${junk}`)),
      injection: post(list, [['authorization', `Bearer ${junk}", ${INJECTED}="1`]], withQuery(`next=%0d%0a${INJECTED}:%201%22`)),
      'no token': authorized('Bearer'),
      'two tokens': authorized(`Bearer ${junk} ${junk}`),
      'a quoted token': authorized(`Bearer "${junk}"`),
      'two headers': authorized(`Bearer ${junk}`, `Bearer ${junk}`),
      'two in one header': authorized(`Bearer ${junk}, Bearer ${junk}`),
      'a very long token': authorized(`Bearer ${'a'.repeat(9000)}`)
    }),
    settle({
      GET: prober.send({ url: endpoint, headers: [['accept', 'text/event-stream']] }),
      DELETE: prober.send({ method: 'DELETE', url: endpoint }),
      PUT: prober.send({ method: 'PUT', url: endpoint, headers: list.headers, body: list.body }),
      PATCH: prober.send({ method: 'PATCH', url: endpoint, headers: list.headers, body: list.body })
    }),
    settle({
      foreign: post(list, [['origin', FOREIGN_ORIGIN]]),
      null: post(list, [['origin', 'null']]),
      friendly: post(list, [['origin', origin]]),
      preflight: prober.send(preflight(endpoint, origin))
    }),
    settle({
      'bad JSON': post({ ...list, body: '{"jsonrpc":' }),
      'an array': post({ ...list, body: batch() }),
      nothing: post({ ...list, body: '' }),
      'text/plain': post({ ...list, headers: [['content-type', 'text/plain']] })
    })
  ])
  return {
    target, origin, junk, ...documents, unauthenticated: { initialize: first, ...unauthenticated }, credentials, methods, browser, bodies
  }
}

function preflight (url: URL, origin: string): Probe {
  return {
    method: 'OPTIONS',
    url,
    headers: [
      ['origin', origin],
      ['access-control-request-method', 'POST'],
      ['access-control-request-headers', PREFLIGHT_HEADERS.join(',')]
    ]
  }
}

/** A JWT that a server without signature verification accepts: everything except the signature is right. */
function unsignedJwt ({ url }: Target, named = ''): string {
  // A longer one would be refused for its length.
  const issuer = named === '' || named.length > 500 ? 'https://issuer.example' : named
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: issuer,
    aud: url,
    sub: 'none',
    client_id: 'none',
    scope: 'openid',
    iat: 1_700_000_000,
    exp: 4_000_000_000,
    jti: randomBytes(8).toString('hex')
  }
  return `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`
}

async function settle<Name extends string> (probes: Readonly<Record<Name, Promise<Outcome>>>): Promise<Record<Name, Outcome>> {
  const entries = await Promise.all(Object.entries<Promise<Outcome>>(probes).map(async ([name, probe]) => [name, await probe] as const))
  return Object.fromEntries(entries) as Record<Name, Outcome>
}
