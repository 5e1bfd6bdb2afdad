// The whole gateway for a test: the app as it is served, an authorization server that knows the tokens of the test, a
// clock that stands still, tickets in memory, and everything that was logged.

import type { FastifyBaseLogger, FastifyInstance, LightMyRequestResponse } from 'fastify'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Test } from 'tap'
import { MockAgent } from 'undici'
import type { z } from 'zod'
import { createApp, type AppOptions } from '../../src/server/app.ts'
import { parseConfig } from '../../src/config/parse.ts'
import type { GatewayConfig, gatewayConfigSchema } from '../../src/config/schema.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import type { AuthenticationEvent } from '../../src/auth/observation.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import type { TicketStore } from '../../src/tickets/domain/ticket-store.ts'
import { createTicketService } from '../../src/tickets/ticket-service.ts'
import { answerAsAuthorizationServer, ISSUER, type IntrospectionReply, type RawReply } from './introspection-table.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS, type ManualClock } from './manual-clock.ts'

export { ISSUER, type IntrospectionReply, type RawReply }
export const RESOURCE = 'http://localhost:3443/mcp'
export const CLIENT_SECRET = 'introspection-secret-of-the-tests'
export const READ = 'mcp:tickets:read'
export const WRITE = 'mcp:tickets:write'
export const INSPECTOR = 'http://localhost:6274'

export interface Gateway {
  readonly app: FastifyInstance
  readonly clock: ManualClock
  readonly store: TicketStore
  /** Everything logged, each line parsed, or as it was written. */
  readonly lines: () => LogLine[]
  readonly log: () => string
  /** The decision lines. */
  readonly decisions: () => LogLine[]
  /** Tokens that the authorization server was asked about, in order. */
  readonly asked: readonly string[]
  /** What happens to a question: by default the table of tokens answers; 'refused' is a connection refused. */
  failWith: RawReply | 'refused' | undefined
  readonly tokens: Map<string, IntrospectionReply>
  readonly events: AuthenticationEvent[]
}

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] }
export type LogLine = Readonly<Record<string, unknown>>
type ConfigInput = z.input<typeof gatewayConfigSchema>

export interface GatewayOverrides {
  /** Sections are merged into the defaults of the tests one level deep. */
  readonly config?: { readonly [Section in keyof ConfigInput]?: ConfigInput[Section] }
  readonly tokens?: Readonly<Record<string, IntrospectionReply>>
  readonly store?: (store: TicketStore) => TicketStore
  /** Other parts of the app than those of the tests. */
  readonly parts?: (config: GatewayConfig) => Partial<Pick<AppOptions, 'settings' | 'drain' | 'upstreams'>>
  /** Ask over the network, at the issuer that `config` names, instead of the table of tokens. */
  readonly network?: true
}

/** A person who may read and write, without limits. */
export function activeToken (changes: IntrospectionReply = {}): IntrospectionReply {
  const person = { iss: ISSUER, sub: '1004', client_id: 'client-1' }
  return {
    active: true,
    ...person,
    aud: [RESOURCE],
    scope: `${READ} ${WRITE}`,
    exp: MANUAL_CLOCK_START_SECONDS + 3600,
    token_type: 'Bearer',
    ...changes
  }
}

export function limitedTo (maxAmount: number, more: Readonly<Record<string, unknown>> = {}): IntrospectionReply {
  return { authorization_details: [{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount, currency: 'JPY', ...more }] }
}

/** Names say what a token may do; `unknown` is in no table. */
export const TOKENS: Readonly<Record<string, IntrospectionReply>> = {
  'token-full': activeToken(),
  'token-read': activeToken({ scope: READ }),
  'token-limited': activeToken(limitedTo(10_000)),
  'token-other-person': activeToken({ sub: '2001', client_id: 'client-2' }),
  'token-no-scope': activeToken({ scope: 'openid' }),
  'token-wrong-audience': activeToken({ aud: 'https://other.example/mcp' }),
  'token-inactive': { active: false }
}

function configOf (overrides: GatewayOverrides['config'] = {}): ConfigInput {
  const { authorizationServer, ...others } = overrides
  const base: ConfigInput = {
    resource: { identifier: RESOURCE },
    // Without a self-test, the tokens of the test are the only ones that are asked about.
    authorizationServer: { issuer: ISSUER, introspection: { clientId: 'mcp-server', clientSecret: CLIENT_SECRET }, selfTest: 'off' },
    policy: { authorizationDetailsWhenAbsent: 'allow', remediation: 'draft' },
    storage: { url: 'sqlite::memory:' },
    cors: { allowedOrigins: [INSPECTOR] },
    // Many a test calls more often within a minute, on a clock that stands still.
    limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 0 },
    log: { level: 'trace' }
  }
  const sections = Object.entries(others).map(([name, section]) => {
    const before: unknown = (base as Readonly<Record<string, unknown>>)[name]
    if (typeof section !== 'object' || Array.isArray(section)) return [name, section]
    return [name, { ...(typeof before === 'object' ? before : {}), ...section }]
  })
  return {
    ...base,
    ...Object.fromEntries(sections),
    authorizationServer: { ...base.authorizationServer, ...authorizationServer }
  } as ConfigInput
}

export async function buildGateway (t: Test, overrides: GatewayOverrides = {}): Promise<Gateway> {
  const clock = createManualClock()
  const { sink, log } = captureLog()
  const tokens = new Map(Object.entries({ ...TOKENS, ...overrides.tokens }))
  const asked: string[] = []
  const events: AuthenticationEvent[] = []
  const config = parseConfig(configOf(overrides.config))
  const opened = await openTicketStore({ url: config.storage.url, clock, locale: config.tools.locale })
  const store = overrides.store?.(opened) ?? opened
  const agent = new MockAgent()
  agent.disableNetConnect()
  const gateway = { clock, store, log, tokens, asked, events, failWith: undefined } as unknown as Mutable<Gateway>
  answerAsAuthorizationServer(agent, gateway, asked)
  const logger = pino({ level: config.log.level, base: null }, sink) as FastifyBaseLogger
  const app = await createApp({
    settings: fixedSettings(config),
    ...{ logger, clock, version: '0.0.0-test' },
    openService: context => Promise.resolve(createTicketService(store, context)),
    dispatcher: overrides.network ? undefined : agent,
    observe: event => { events.push(event) },
    ...overrides.parts?.(config)
  })
  t.teardown(async () => {
    await app.close()
    await agent.close()
  })
  await app.ready()
  gateway.app = app
  gateway.lines = () => log().split('\n').filter(line => line !== '').map(line => JSON.parse(line) as LogLine)
  gateway.decisions = () => gateway.lines().filter(({ event }) => event === 'decision')
  return gateway
}

function captureLog (): { sink: Writable, log: () => string } {
  const chunks: string[] = []
  const sink = new Writable({
    write (chunk: Buffer, _encoding, done) { chunks.push(chunk.toString()); done() }
  })
  return { sink, log: () => chunks.join('') }
}

/** A request id, so that an answer can be told from another's. */
export const ID = 'request-1'

export interface Call {
  readonly token?: string
  readonly tool: string
  readonly args?: unknown
  readonly era?: 'legacy' | 'modern'
  readonly id?: string | number
  readonly meta?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

export const MODERN = '2026-07-28'

/** The message and the headers of a request in one of the eras. */
export function message (method: string, params: Readonly<Record<string, unknown>>, { era = 'legacy', id = ID, meta, name }: {
  readonly era?: 'legacy' | 'modern' | undefined
  readonly id?: string | number | undefined
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  readonly name?: string | undefined
} = {}): { headers: Record<string, string>, body: object } {
  if (era === 'legacy') {
    return {
      headers: { 'mcp-protocol-version': '2025-11-25' },
      body: { jsonrpc: '2.0', id, method, params: { ...params, ...(meta === undefined ? {} : { _meta: meta }) } }
    }
  }
  const modernMeta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    ...meta
  }
  return {
    headers: { 'mcp-protocol-version': MODERN, 'mcp-method': method, ...(name === undefined ? {} : { 'mcp-name': name }) },
    body: { jsonrpc: '2.0', id, method, params: { ...params, _meta: modernMeta } }
  }
}

export interface CallAnswer {
  readonly status: number
  readonly headers: LightMyRequestResponse['headers']
  readonly text: string
  /** The parsed body. */
  readonly body: AnswerBody
}

/** As tests look at it: a JSON-RPC answer, or the OAuth error of a 401. */
export interface AnswerBody {
  readonly jsonrpc?: string
  readonly id?: string | number
  readonly error?: { readonly code: number, readonly message: string, readonly data?: Readonly<Record<string, unknown>> }
  readonly result?: {
    readonly content: ReadonlyArray<{ readonly type: string, readonly text: string }>
    readonly structuredContent?: Readonly<Record<string, unknown>>
    readonly isError?: boolean
    readonly _meta?: Readonly<Record<string, unknown>>
    readonly tools?: ReadonlyArray<Readonly<Record<string, unknown>>>
  }
}

export async function call (
  { app }: Pick<Gateway, 'app'>, { token = 'token-full', tool, args = {}, era, id, meta, headers = {} }: Call
): Promise<CallAnswer> {
  const built = message('tools/call', { name: tool, arguments: args }, { era, id, meta, name: tool })
  return post({ app }, built.body, { authorization: `Bearer ${token}`, ...built.headers, ...headers })
}

/** A POST to the endpoint: an object is sent as JSON, a string as it is. */
export async function post (
  { app }: Pick<Gateway, 'app'>, payload: object | string | Buffer, headers: Record<string, string> = {}
): Promise<CallAnswer> {
  const response = await app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload)
  })
  return answerOf(response)
}

export function answerOf (
  { statusCode, headers, body: text }: Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body'>
): CallAnswer {
  return { status: statusCode, headers, text, body: (text.startsWith('{') ? JSON.parse(text) : {}) as AnswerBody }
}

/** The parameters of the one Bearer challenge of an answer. */
export function challengeOf ({ headers }: Pick<CallAnswer, 'headers'>): Record<string, string> {
  const value = headers['www-authenticate']
  if (typeof value !== 'string' || !value.startsWith('Bearer ')) return {}
  return Object.fromEntries([...value.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', text = '']) => [name, text.replace(/\\(.)/g, '$1')]))
}
