// The real server as a process, with a configuration file of the test's and an authorization server that knows every person whom
// a token names: `person-7` is the subject 7, with both scopes and without limits.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import { GUARD_ARGUMENTS, guardEnvironment } from './guarded-program.ts'
import { isRunning, startProgram, type RunningProgram } from './processes.ts'
import { builtProgram } from './program.ts'
import {
  answersJson, startStubAuthorizationServer, type ReceivedRequest, type StubAuthorizationServer
} from './stub-authorization-server.ts'

export const RESOURCE = 'http://localhost:3443/mcp'
const ACCESS = { scope: 'mcp:tickets:read mcp:tickets:write', client_id: 'client-1', token_type: 'Bearer' }

export interface PeopleServer extends StubAuthorizationServer {
  readonly issuer: string
  /** What the gateway must authenticate with; anything else is refused. */
  secret: string
  /** Called, and waited for, before an answer about a token. */
  hold: ((request: ReceivedRequest) => Promise<void>) | undefined
  readonly asked: () => number
  /** `authorization_details` of every token. */
  details: JsonValue | undefined
  /** `cnf` of every token: the key or certificate that it is bound to. */
  confirmation: JsonObject | undefined
  /** `aud` of every token. */
  audience: string | readonly string[]
}

export async function startPeopleServer (t: Test): Promise<PeopleServer> {
  const stub = await startStubAuthorizationServer()
  const server: PeopleServer = {
    ...stub,
    issuer: stub.origin,
    secret: 'a first secret',
    hold: undefined,
    details: undefined,
    confirmation: undefined,
    audience: RESOURCE,
    asked: () => stub.received.filter(({ path, body }) => path === '/introspect' && body.includes('token=person-')).length
  }
  stub.on('/introspect', (request, response, socket) => {
    const credentials = Buffer.from(`gateway:${encodeURIComponent(server.secret).replaceAll('%20', '+')}`).toString('base64')
    if (request.headers.authorization !== `Basic ${credentials}`) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="introspection"' }).end()
      return
    }
    const [, subject] = /^person-(\d+)$/.exec(new URLSearchParams(request.body).get('token') ?? '') ?? []
    const reply = subject === undefined
      ? { active: false }
      : {
          active: true,
          iss: stub.origin,
          sub: subject,
          exp: Math.floor(Date.now() / 1000) + 3_600,
          ...ACCESS,
          aud: server.audience,
          ...(server.confirmation === undefined ? {} : { cnf: server.confirmation }),
          ...(server.details === undefined ? {} : { authorization_details: server.details })
        }
    // The self-test of the gateway is not held: a test waits for the request of a client.
    const held = subject === undefined ? undefined : server.hold?.(request)
    Promise.resolve(held).then(() => { answersJson(reply)(request, response, socket) }, () => { socket.destroy() })
  })
  t.teardown(() => stub.close())
  return server
}

export interface GatewayServer {
  readonly program: RunningProgram
  readonly origin: string
  /** Log lines so far with this `event`. */
  readonly logged: (event: string) => readonly JsonObject[]
  /** Resolves with the log line of this `event` that comes as the n-th, from 1. */
  readonly logs: (event: string, nth?: number) => Promise<JsonObject>
  /** Writes the configuration file again. */
  readonly write: (changes: JsonObject | string) => void
  readonly call: (tool: string, args: JsonObject, options?: CallOptions) => Promise<ToolAnswer>
  readonly status: (path: string) => Promise<number>
}

export interface CallOptions {
  /** `person-1` by default. */
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Of the endpoint; `/mcp` by default. */
  readonly path?: string
}

export interface ToolAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
  /** `structuredContent` of a result that is no error. */
  readonly result: JsonObject | undefined
}

/**
 * @param changes sections of the configuration, merged into those of the tests one level deep
 * @param env more variables of its environment
 */
export async function startGatewayServer (
  t: Test, people: Pick<PeopleServer, 'issuer' | 'secret'>, changes: JsonObject = {}, env: Readonly<Record<string, string>> = {}
): Promise<GatewayServer> {
  // not t.testdir(), which begins by removing what a test has put there
  const folder = mkdtempSync(join(tmpdir(), 'gateway-server-'))
  const file = join(folder, 'gateway.json')
  const write = (
    next: JsonObject | string
  ) => { writeFileSync(file, typeof next === 'string' ? next : JSON.stringify(configOf(people, next))) }
  write(changes)
  // The test runner adds NODE_OPTIONS to each child, and what it loads there ends the process at some signals, SIGXFSZ among them.
  const uninstrumented = ['-u', 'NODE_OPTIONS', process.execPath, ...GUARD_ARGUMENTS]
  const program = startProgram(
    'env', [...uninstrumented, builtProgram('dist/server.js')], { GATEWAY_CONFIG: file, ...guardEnvironment(), ...env }
  )
  t.teardown(async () => {
    if (isRunning(program.pid)) program.signal('SIGKILL')
    await program.ended
    rmSync(folder, { recursive: true })
  })
  const entries = () => program.lines.flatMap(line => {
    try {
      return [JSON.parse(line) as JsonObject]
    } catch {
      return []
    }
  })
  const logged = (event: string) => entries().filter(entry => entry['event'] === event)
  const line = JSON.parse(await program.line(/"event":"listening"/)) as { address: string }
  const origin = line.address.replace('[::1]', 'localhost')

  return {
    program,
    origin,
    logged,
    write,
    logs: async (event, nth = 1) => {
      for (;;) {
        const found = logged(event)[nth - 1]
        if (found !== undefined) return found
        await program.nextLine()
      }
    },
    call: (tool, args, options) => callTool(origin, tool, args, options),
    status: async path => {
      const response = await fetch(`${origin}${path}`, { headers: { connection: 'close' } })
      await response.arrayBuffer()
      return response.status
    }
  }
}

let lastId = 0

/** One `tools/call` of the legacy era at a gateway's origin, or at that of a balancer. */
export async function callTool (
  origin: string, tool: string, args: JsonObject, { token = 'person-1', headers = {}, path = '/mcp' }: CallOptions = {}
): Promise<ToolAnswer> {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method: 'tools/call', params: { name: tool, arguments: args } })
  })
  const body = await response.json() as JsonObject & { result?: { isError?: boolean, structuredContent?: JsonObject } }
  return {
    status: response.status,
    headers: response.headers,
    body,
    result: body.result?.isError === true ? undefined : body.result?.structuredContent
  }
}

/** A configuration of the tests, with these sections merged in one level deep; `null` leaves a member out. */
export function configOf (people: Pick<PeopleServer, 'issuer' | 'secret'>, changes: JsonObject): JsonObject {
  const base: Readonly<Record<string, JsonObject | number | string>> = {
    host: '127.0.0.1',
    port: 0,
    resource: { identifier: RESOURCE },
    // What is asked at start would be counted, or held, with the requests of a test.
    authorizationServer: { issuer: people.issuer, selfTest: 'off', introspection: { endpoint: `${people.issuer}/introspect`, clientId: 'gateway', clientSecret: people.secret } },
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    storage: { url: 'sqlite::memory:' },
    limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 0, shutdownDeadlineMs: 60_000 }
  }
  const sections = Object.entries(changes).map(([name, section]) => {
    const before = base[name]
    return [name,
      typeof before === 'object' && typeof section === 'object' ? withoutNulls({ ...before, ...section as JsonObject }) : section]
  })
  return { ...base, ...Object.fromEntries(sections) as JsonObject }
}

function withoutNulls (section: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(section).filter(([, member]) => member !== null))
}
