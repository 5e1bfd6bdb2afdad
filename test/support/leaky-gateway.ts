// A program that calls another server over HTTP and as a process, after a client has shown its token to a gateway, and leaks that token in
// the way that its argument names. It shows that test/support/token-guard.mjs notices.

import { join } from 'node:path'
import Fastify from 'fastify'
import { systemClock } from '../../src/kernel/clock.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'
import type { UpstreamTransport } from '../../src/upstream/upstream-port.ts'
import { startHostileHttp } from './hostile-http.ts'

const TOKEN = 'token-of-a-client'
const leak = process.argv[2] ?? ''
const SPELLINGS: Readonly<Record<string, string>> = {
  base64: `Basic ${Buffer.from(`gateway:${TOKEN}`).toString('base64')}`,
  percent: TOKEN.replaceAll('-', '%2d'),
  framed: `x-${Buffer.from(TOKEN).toString('base64url')}`
}
const leaked = (where: string): string => leak === where ? `it is ${TOKEN}` : 'nothing'

const app = Fastify()
app.post('/mcp', (_request, reply) => reply.send({}))
await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: `Bearer ${TOKEN}` } })

const server = await startHostileHttp({ revision: '2026-07-28' })
const program = join(process.cwd(), 'test/support/small-mcp-server.mjs')

async function call (transport: UpstreamTransport, revision: string, argument: string): Promise<string> {
  const upstream = createUpstream('leaky', {
    transport,
    isolation: 'shared',
    limits: { timeoutMs: 20_000, idleMs: 60_000, maxConnections: 1, concurrent: 1, maxResultBytes: 100_000 },
    revision
  }, { clock: systemClock, environment: process.env })
  const caller = { person: { issuer: 'https://as.example', subject: '1004' }, clientId: 'app' }
  const { kind } = await upstream.call({ tool: 'echo', arguments: { text: argument }, caller, changes: false })
  await upstream.close(1000)
  return kind
}

const stdio = (args: readonly string[], env: Readonly<Record<string, string>>): UpstreamTransport => ({
  kind: 'stdio', command: process.execPath, args: [program, ...args], env, wrapper: [], startTimeoutMs: 20_000
})
const operation = {
  method: 'POST',
  path: '/{text}',
  parameters: [{ in: 'path', name: 'text', at: ['text'], style: 'value', required: true }],
  body: { contentType: 'application/json', required: false, members: ['text'] }
} as const
const note = SPELLINGS[leak] ?? leaked('header')
const kinds = [
  await call({ kind: 'http', url: server.url, headers: { 'x-note': note } }, '2026-07-28', leaked('body')),
  await call(
    { kind: 'rest', url: server.url, headers: { 'x-note': leaked('rest-header') }, operations: { echo: operation } },
    '2026-07-28', leaked('rest')
  ),
  await call(stdio([], {}), '2025-11-25', leaked('line')),
  await call(stdio(['tools', leaked('argument')], { NOTE: leaked('variable') }), '2025-11-25', 'nothing')
]
await server.close()
await app.close()
process.stdout.write(kinds.every(kind => kind !== 'unknown') ? 'four calls were answered\n' : `${kinds.join(' ')}\n`)
