// Requests without a valid token, and their outcomes; the rules in checks/ judge them. No secret is sent: tokens are random and go to
// the endpoint only.

import { randomBytes } from 'node:crypto'
import { isJsonObject } from '../kernel/json.ts'
import { tokenChallenge } from './challenge-syntax.ts'
import { batch, initializeMessage, legacyMessage, modernMessage, type Message } from './probe-messages.ts'
import { headerLines, jsonOf, statusOf, type Outcome } from './outcome.ts'
import type { Probe, Prober } from './prober.ts'
import { mayFollow, serverMetadataAddresses, type Target } from './target.ts'

export interface DocumentSeen {
  readonly place: 'challenge' | 'path' | 'root'
  readonly url: URL
  readonly outcome: Outcome
}

export interface ServerSeen {
  /** As in the metadata of the resource. */
  readonly issuer: string
  /** The addresses that were tried, up to the first with JSON; empty when the issuer must not be fetched. */
  readonly tried: ReadonlyArray<{ readonly url: URL, readonly outcome: Outcome }>
}

type CredentialProbe = 'junk' | 'lower-case' | 'basic' | 'unsigned-jwt' | 'in-query' | 'injection' | MalformedProbe
export type MalformedProbe = 'no token' | 'two tokens' | 'a quoted token' | 'two headers' | 'two in one header' | 'a very long token'
type MethodProbe = 'GET' | 'DELETE' | 'PUT' | 'PATCH'
type BrowserProbe = 'foreign' | 'null' | 'friendly' | 'preflight'
type BodyProbe = 'bad JSON' | 'an array' | 'nothing' | 'text/plain'

export interface Observations {
  readonly target: Target
  /** Requests without credentials, by method. */
  readonly unauthenticated: Readonly<Record<'initialize' | 'tools/list' | 'server/discover' | 'notification', Outcome>>
  readonly documents: readonly DocumentSeen[]
  /** The document at the path-inserted address (or at the root), requested with a foreign name in these headers. */
  readonly spoofed: Readonly<Record<'Host' | 'X-Forwarded-Host', Outcome>> | undefined
  readonly servers: readonly ServerSeen[]
  readonly credentials: Readonly<Record<CredentialProbe, Outcome>>
  readonly methods: Readonly<Record<MethodProbe, Outcome>>
  readonly origin: string
  readonly browser: Readonly<Record<BrowserProbe, Outcome>>
  readonly bodies: Readonly<Record<BodyProbe, Outcome>>
  /** A random token; no answer may repeat it. */
  readonly junk: string
}

export const FOREIGN_ORIGIN = 'https://attacker.example'
export const FOREIGN_HOST = 'attacker.example'
export const PREFLIGHT_HEADERS = ['authorization', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name']
export const INJECTED = 'x-check-injected'
const MAX_SERVERS = 5

type Pairs = Message['headers']

/** @param origin an origin whose pages should be able to connect, for the CORS checks */
export async function observe (prober: Prober, target: Target, origin: string): Promise<Observations> {
  const { endpoint } = target
  const post = ({ headers, body }: Message, more: Pairs = [], url = endpoint) => prober.send({ method: 'POST', url, headers: [...headers, ...more], body })
  const list = legacyMessage('tools/list')

  const first = await post(initializeMessage())
  const junk = randomBytes(24).toString('base64url')
  const authorized = (...values: string[]) => post(list, values.map(value => ['authorization', value]))
  const withQuery = (query: string) => new URL(`${endpoint.href}?${query}`)

  const documents = await readDocuments(prober, target, first)
  const found = documents.find(({ place, outcome }) => place !== 'challenge' && isJsonObject(jsonOf(outcome)))
  const [unauthenticated, spoofed, servers, credentials, methods, browser, bodies] = await Promise.all([
    settle({
      'tools/list': post(list),
      'server/discover': post(modernMessage('server/discover')),
      notification: post(legacyMessage('notifications/initialized'))
    }),
    found === undefined
      ? undefined
      : settle({
        Host: prober.send({ url: found.url, headers: [['host', FOREIGN_HOST]] }),
        'X-Forwarded-Host': prober.send({ url: found.url, headers: [['x-forwarded-host', FOREIGN_HOST], ['x-forwarded-proto', 'https'], ['forwarded', `host=${FOREIGN_HOST};proto=https`]] })
      }),
    Promise.all(issuersOf(documents).map(issuer => readServer(prober, target, issuer))),
    settle({
      junk: authorized(`Bearer ${junk}`),
      'lower-case': authorized(`bearer ${junk}`),
      basic: authorized(`Basic ${Buffer.from('user:password').toString('base64')}`),
      'unsigned-jwt': authorized(`Bearer ${unsignedJwt(target, issuersOf(documents)[0])}`),
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
  return { target, unauthenticated: { initialize: first, ...unauthenticated }, documents, spoofed, servers, credentials, methods, origin, browser, bodies, junk }
}

function preflight (url: URL, origin: string): Probe {
  return { method: 'OPTIONS', url, headers: [['origin', origin], ['access-control-request-method', 'POST'], ['access-control-request-headers', PREFLIGHT_HEADERS.join(',')]] }
}

async function readDocuments (prober: Prober, target: Target, first: Outcome): Promise<DocumentSeen[]> {
  const named = tokenChallenge(headerLines(first, 'www-authenticate'))?.parameters.get('resource_metadata')
  const places: Array<Omit<DocumentSeen, 'outcome'>> = [{ place: 'path', url: target.pathMetadata }]
  if (target.rootMetadata.href !== target.pathMetadata.href) places.push({ place: 'root', url: target.rootMetadata })
  if (named !== undefined && URL.canParse(named) && mayFollow(target, new URL(named))) places.unshift({ place: 'challenge', url: new URL(named) })
  // With Origin, as a page sends it: one rule is about whether the page may read the answer.
  return Promise.all(places.map(async ({ place, url }) => ({ place, url, outcome: await prober.send({ url, headers: [['accept', 'application/json'], ['origin', FOREIGN_ORIGIN]] }) })))
}

/** The authorization servers that the first readable document names. */
export function issuersOf (documents: readonly DocumentSeen[]): readonly string[] {
  for (const { outcome } of documents) {
    const document = statusOf(outcome) === 200 ? jsonOf(outcome) : undefined
    if (!isJsonObject(document) || !Array.isArray(document.authorization_servers)) continue
    const names: readonly unknown[] = document.authorization_servers
    return names.filter(name => typeof name === 'string').slice(0, MAX_SERVERS)
  }
  return []
}

async function readServer (prober: Prober, target: Target, issuer: string): Promise<ServerSeen> {
  if (!URL.canParse(issuer) || !mayFollow(target, new URL(issuer))) return { issuer, tried: [] }
  const tried = []
  for (const url of serverMetadataAddresses(new URL(issuer))) {
    const outcome = await prober.send({ url, headers: [['accept', 'application/json'], ['origin', FOREIGN_ORIGIN]] })
    tried.push({ url, outcome })
    if (statusOf(outcome) === 200 && isJsonObject(jsonOf(outcome))) break
  }
  return { issuer, tried }
}

/** A JWT that a server without signature verification accepts: everything except the signature is right. */
function unsignedJwt ({ url }: Target, issuer = 'https://issuer.example'): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: issuer, aud: url, sub: 'none', client_id: 'none', scope: 'openid', iat: 1_700_000_000, exp: 4_000_000_000, jti: randomBytes(8).toString('hex') }
  return `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`
}

async function settle<Name extends string> (probes: Readonly<Record<Name, Promise<Outcome>>>): Promise<Record<Name, Outcome>> {
  const entries = await Promise.all(Object.entries<Promise<Outcome>>(probes).map(async ([name, probe]) => [name, await probe] as const))
  return Object.fromEntries(entries) as Record<Name, Outcome>
}
