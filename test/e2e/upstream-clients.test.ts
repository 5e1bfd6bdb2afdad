// Real servers behind the gateway, for clients of both lines of the official SDK in every mode: each gets the answer that the server gives
// to a client that is connected to it directly.

import { Client, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { adoptUpstreams } from '../support/adopted-upstream.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { httpPeer, programOf, skipWithout, stdioPeer, type PeerServer } from '../support/peer-servers.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'
import { openSdk } from '../support/sdk-upstream.ts'
import { LEGACY, type UpstreamUnderTest } from '../support/upstream-under-test.ts'

const reason = skipWithout('@modelcontextprotocol/server-everything', 'fastmcp')
if (reason !== false) {
  t.plan(0, reason)
  process.exit()
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'real-servers-')))
t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
writeFileSync(join(folder, 'plan.txt'), 'plan')
writeFileSync(join(folder, 'dot.png'), Buffer.from('iVBORw0KGgo=', 'base64'))

const [port = 0, everythingPort = 0] = await freePorts(2)
const greeter = resolve('test/peers/fastmcp-tools.mjs')

async function startOverHttp (args: readonly string[], at: number, ready: RegExp): Promise<void> {
  const program = startProgram(process.execPath, args, { PORT: String(at) })
  t.teardown(async () => {
    program.signal('SIGKILL')
    await program.ended
  })
  await program.line(ready)
}
await startOverHttp([greeter], port, /^ready$/)
await startOverHttp([programOf('server-everything'), 'streamableHttp'], everythingPort, /listening/i)

/** It needs tasks, which are not proxied. */
const RESEARCH = ['simulate-research-query']

const servers: readonly PeerServer[] = [
  stdioPeer({ name: 'everything', args: [programOf('server-everything')], hidden: RESEARCH }),
  httpPeer('everything-http', `http://127.0.0.1:${everythingPort}/mcp`, RESEARCH),
  stdioPeer({ name: 'files', args: [programOf('server-filesystem'), folder], changing: ['write_file', 'edit_file', 'move_file'] }),
  stdioPeer({
    name: 'memory',
    args: [programOf('server-memory')],
    env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
    changing: ['create_entities']
  }),
  stdioPeer({ name: 'greeter', args: [greeter] }),
  httpPeer('greeter-http', `http://127.0.0.1:${port}/mcp`)
]

type Call = readonly [server: string, tool: string, args: JsonObject, shows: object]

const CALLS: readonly Call[] = [
  ...['everything', 'everything-http'].flatMap((server): readonly Call[] => [
    [server, 'echo', { message: 'hello' }, { content: [{ type: 'text' }] }],
    [server, 'get-sum', { a: 1, b: 2 }, { content: [{ type: 'text' }] }],
    [server, 'get-tiny-image', {}, { content: [{ type: 'text' }, { type: 'image' }] }],
    [server, 'get-structured-content', { location: 'Chicago' }, { structuredContent: {} }],
    [server, 'get-resource-links', { count: 2 }, { content: [{}, { type: 'resource_link' }] }],
    [server, 'get-annotated-message', { messageType: 'error', includeImage: true }, { content: [{ annotations: {} }] }],
    [server, 'get-resource-reference', { resourceType: 'Text', resourceId: 1 }, { content: [{}, { type: 'resource' }] }],
    [server, 'echo', {}, { isError: true }]
  ]),
  ['files', 'read_text_file', { path: join(folder, 'plan.txt') }, { structuredContent: { content: 'plan' } }],
  ['files', 'read_media_file', { path: join(folder, 'dot.png') }, { content: [{ type: 'image' }] }],
  ['files', 'list_directory', { path: folder }, { content: [{ type: 'text' }] }],
  ['files', 'read_text_file', { path: '/etc/passwd' }, { isError: true }],
  ['memory', 'read_graph', {}, { structuredContent: { entities: [] } }],
  ...['greeter', 'greeter-http'].flatMap(server => [
    [server, 'greet', { name: 'Inga' }, { content: [{ type: 'text', text: 'Hello, Inga' }] }] as const,
    [server, 'picture', {}, { content: [{ type: 'image' }] }] as const,
    [server, 'fail', {}, { isError: true, content: [{ text: 'It cannot be done.' }] }] as const
  ])
]

const adopted = await adoptUpstreams(...servers.map(({ adoption }) => adoption))
const gateway = await startProtectedGateway({ tools: adopted.toolSet })
t.teardown(async () => {
  await gateway.close()
  await adopted.close()
})
const direct = new Map<string, UpstreamUnderTest>()
for (const { name, transport } of servers) direct.set(name, await openSdk(t, transport, LEGACY))

interface CallOptions {
  readonly onprogress?: (step: { readonly progress: number }) => void
  readonly signal?: AbortSignal
}

interface Connected {
  readonly list: () => Promise<readonly JsonObject[]>
  readonly call: (tool: string, args: JsonObject, options?: CallOptions) => Promise<JsonObject>
  readonly close: () => Promise<void>
}

const WHO = { name: 'client-of-the-tests', version: '1.0.0' }
const requestInit = { headers: { authorization: `Bearer ${await gateway.token()}` } }

async function connectV2 (mode: VersionNegotiationMode): Promise<Connected> {
  const client = new Client(WHO, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url), { requestInit }))
  return {
    list: async () => (await client.listTools()).tools as unknown as JsonObject[],
    call: async (name, args, options = {}) => await client.callTool({ name, arguments: args }, options) as JsonObject,
    close: () => client.close()
  }
}

async function connectV1 (): Promise<Connected> {
  const client = new ClientV1(WHO)
  await client.connect(new TransportV1(new URL(gateway.url), { requestInit }))
  return {
    list: async () => (await client.listTools()).tools as unknown as JsonObject[],
    call: async (name, args, options = {}) => await client.callTool({ name, arguments: args }, undefined, options) as JsonObject,
    close: () => client.close()
  }
}

/** What a result says, without the time of day; the rest belongs to the hop. */
function said ({ content, structuredContent, isError = false }: JsonObject): JsonObject {
  const text = JSON.stringify({ content: content ?? null, structuredContent: structuredContent ?? null, isError })
  return JSON.parse(text.replace(/created at [^"]+/g, 'created')) as JsonObject
}

function nameOf ({ name }: { readonly name?: JsonValue | undefined }): string {
  return typeof name === 'string' ? name : ''
}

/** What a definition says of calling the tool; the gateway refuses unknown arguments, and says so. */
function told ({ name, description, inputSchema, outputSchema }: JsonObject, prefix = ''): readonly [string, unknown] {
  const { additionalProperties: _, ...schema } = isJsonObject(inputSchema) ? inputSchema : {}
  return [`${prefix}${nameOf({ name })}`, { description, schema, outputSchema }]
}

async function directAnswer (server: string, tool: string, args: JsonObject): Promise<JsonObject> {
  const outcome = await direct.get(server)?.call(tool, args)
  return outcome?.kind === 'answered' ? said(outcome.result) : { outcome: outcome?.kind ?? 'none' }
}

const expected = await Promise.all(CALLS.map(([server, tool, args]) => directAnswer(server, tool, args)))

t.test('the calls of this file show every kind of result', async t => {
  t.match(expected, CALLS.map(([, , , shows]) => shows))
})

const CLIENTS: ReadonlyArray<{ readonly title: string, readonly connect: () => Promise<Connected>, readonly era: 'legacy' | 'modern' }> = [
  { title: 'SDK client 1', connect: connectV1, era: 'legacy' },
  { title: 'SDK client 2, legacy', connect: () => connectV2('legacy'), era: 'legacy' },
  { title: 'SDK client 2, auto', connect: () => connectV2('auto'), era: 'modern' },
  { title: 'SDK client 2, pinned to 2026-07-28', connect: () => connectV2({ pin: '2026-07-28' }), era: 'modern' }
]

for (const { title, connect, era } of CLIENTS) {
  t.test(`${title} — lists and calls real servers as without the gateway`, async t => {
    covers('proxy.real-servers', 'proxy.results-relayed')
    const client = await connect()
    t.teardown(() => client.close())

    const listed = new Map((await client.list()).map(tool => told(tool)))
    const there = new Map<string, unknown>()
    for (const { name, adoption } of servers) {
      const listing = await direct.get(name)?.upstream.list()
      for (const tool of listing?.ok === true ? listing.value.tools : []) {
        if (adoption.decide(nameOf(tool)) !== 'hidden') there.set(...told(tool, `${name}_`))
      }
    }
    t.strictSame(listed, there, 'each definition is that of the server')

    const answers = await Promise.all(CALLS.map(async ([server, tool, args]) => said(await client.call(`${server}_${tool}`, args))))
    t.strictSame(answers, expected)
  })

  t.test(`${title} — progress arrives whole, and a call that is given up ends at the server`, async t => {
    covers('proxy.real-servers', 'upstream.progress', 'upstream.cancellation')
    const client = await connect()
    t.teardown(() => client.close())
    const heard: number[] = []
    const onprogress = ({ progress }: { readonly progress: number }) => { heard.push(progress) }
    await client.call('everything_trigger-long-running-operation', { duration: 0.2, steps: 4 }, { onprogress })
    await client.call('greeter-http_count', {}, { onprogress })
    await client.call('greeter_count', {}, { onprogress })
    t.strictSame(heard, [1, 2, 3, 4, 1, 2, 3, 1, 2, 3])

    const before = adopted.events.length
    const givenUp = new AbortController()
    const long = client.call('everything_trigger-long-running-operation', { duration: 60, steps: 600 }, {
      signal: givenUp.signal, onprogress: () => { givenUp.abort() }
    })
    await t.rejects(long)
    // Older clients cancel by a notification, whose number means nothing without a session; the end of their connection does.
    if (era === 'legacy') await client.close()
    await eventually('the gateway has given it up', () =>
      adopted.events.slice(before).some(event => event.kind === 'call' && event.outcome === 'unknown'))
  })
}
