// The listener of the console: who may look, what is served, and viewers that do not read.

import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { startConsole, type Console, type ConsoleOptions } from '../../src/console/console.ts'
import { minimal, accepted, mistakesIn } from '../support/configuration.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { createManualClock } from '../support/manual-clock.ts'

const SECRET = 'k3Jq9-vX2m7Lw0Zr8Tn5Yb1Hc4Gd6FsPq7'
const RESOURCE = 'http://localhost:3443/mcp'

async function open (t: Test, options: Partial<ConsoleOptions> = {}): Promise<Console & { readonly watched: boolean[] }> {
  const watched: boolean[] = []
  const opened = await startConsole({
    host: '127.0.0.1',
    port: 0,
    secret: undefined,
    version: '1',
    resource: RESOURCE,
    workers: 1,
    clock: createManualClock(),
    watched: value => { watched.push(value) },
    files: new Map([['/', { contentType: 'text/html', read: () => 'page' }]]),
    ...options
  })
  t.teardown(opened.close)
  return { ...opened, watched }
}

interface Answer { readonly status: number | undefined, readonly headers: NodeJS.Dict<string | string[]>, readonly body: string }

async function get (port: number, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { connection: 'close', ...headers } }).end()
  const [response] = await once(sent, 'response') as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk)
  return { status: response.statusCode, headers: response.headers, body }
}

/** A stream: what it has said so far. */
function look (t: Test, port: number, headers: Readonly<Record<string, string>> = {}) {
  const stream = { text: '', status: 0 }
  const sent = request({ host: '127.0.0.1', port, path: '/stream', headers }, response => {
    stream.status = response.statusCode ?? 0
    response.setEncoding('utf8').on('data', (chunk: string) => { stream.text += chunk }).on('error', () => {})
  }).on('error', () => {}).end()
  t.teardown(() => { sent.destroy() })
  return stream
}

const record = (id: string, rev = 1, more = '') => ({ id, json: JSON.stringify({ id, rev, more }) })
const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`anybody:${secret}`).toString('base64')}` })

t.test('on loopback — a foreign Host, a page of another origin and another method get nothing', async t => {
  covers('console.own-listener')
  const { port } = await open(t)
  const { status, headers, body } = await get(port, '/')
  t.strictSame([status, body], [200, 'page'])
  t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'.*require-trusted-types-for 'script'/)
  t.equal(headers['access-control-allow-origin'], undefined)
  t.equal(headers['cache-control'], 'no-store')
  const statuses = await Promise.all([
    get(port, '/', { host: 'rebound.example' }),
    get(port, '/session.jsonl', { 'sec-fetch-site': 'cross-site' }),
    get(port, '/stream', { host: 'rebound.example:3444' }),
    get(port, '/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }), get(port, '/', {}, 'POST'), get(port, '/other')
  ])
  t.strictSame(statuses.map(answer => answer.status), [403, 403, 403, 200, 405, 404])
  t.strictSame([(await get(port, '/', { host: '[::1]:3444' })).status, (await get(port, '/', { host: 'localhost' })).status], [200, 200])
})

t.test('with a secret — no path without it, and any user name with it', async t => {
  covers('console.own-listener')
  const { port } = await open(t, { secret: SECRET })
  for (const path of ['/', '/stream', '/session.jsonl']) {
    const { status, headers } = await get(port, path, basic(`${SECRET}x`))
    t.strictSame([status, headers['www-authenticate']], [401, 'Basic realm="gateway console", charset="UTF-8"'], path)
  }
  t.equal((await get(port, '/')).status, 401)
  t.equal((await get(port, '/', basic(SECRET))).status, 200)
})

t.test('configuration — off by default, on in the local profile, beyond loopback only with a long secret', async t => {
  covers('console.own-listener')
  t.strictSame(accepted(minimal()).config.console, { enabled: false, host: 'localhost', port: 3444 })
  const beyond = { enabled: true, host: '0.0.0.0' }
  t.match(mistakesIn({ ...minimal(), console: beyond }), [/^console\.secret .*missing; expected a secret, because console\.host is not loopback/])
  t.match(mistakesIn({ ...minimal(), console: { ...beyond, secret: 'short' } }), [/^console\.secret .*at least 32 characters/])
  t.strictSame(mistakesIn({ ...minimal(), console: { ...beyond, secret: SECRET } }), [])
})

t.test('a stream — begins with what there is, goes on where it was, and tells a page of another life', async t => {
  covers('console.request-appears', 'console.slow-viewers', 'console.costs-nothing-unwatched')
  const { port, take, watched } = await open(t)
  take({ records: [record('0-1')], dropped: 0 })
  t.strictSame(watched, [])
  const first = look(t, port)
  await eventually('it has what there was', () => first.text.includes('"id":"0-1"'))
  t.strictSame(watched, [true])
  t.match(first.text, /^retry: 2000\nevent: hello\ndata: \{"format":"mcp-gateway-session\/1".*"restarted":false\}/)
  take({ records: [record('0-1', 2), record('0-2')], dropped: 4 })
  await eventually('it gets what is new', () => first.text.includes('"count":4'))
  const ids = [...first.text.matchAll(/^id: (\S+)$/gm)].map(([, id]) => id ?? '')
  const second = look(t, port, { 'last-event-id': ids[1] ?? '' })
  await eventually('it goes on', () => second.text.includes('"count":4'))
  t.notMatch(second.text, /"rev":2/)
  const third = look(t, port, { 'last-event-id': 'anotherlife-7' })
  await eventually('it begins again', () => third.text.includes('"count":4'))
  t.match(third.text, /"restarted":true[\s\S]*"id":"0-1","rev":2/)
})

t.test('a viewer that does not read — others get everything at once, and it learns later how much it missed', async t => {
  covers('console.slow-viewers')
  const { port, take } = await open(t)
  const slow = connect(port, '127.0.0.1')
  t.teardown(() => { slow.destroy() })
  slow.write('GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(slow, 'readable')
  const reader = look(t, port)
  const long = 'x'.repeat(3_900)
  for (let number = 1; number <= 6_000; number += 1) {
    take({ records: [record(`0-${number}`, 1, long)], dropped: 0 })
    if (number % 100 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await eventually('the other one has the last request', () => reader.text.includes('"id":"0-6000"'))
  let text = ''
  slow.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  await eventually('it has the last request too', () => text.includes('"id":"0-6000"'))
  const drops = [...text.matchAll(/event: drops\ndata: \{"count":(\d+),"why":"slow-viewer"\}/g)]
  const missed = drops.reduce((sum, [, count]) => sum + Number(count), 0)
  const seen = [...text.matchAll(/event: request/g)].length
  t.equal(seen + missed, 6_000)
  t.ok(missed > 0, `${missed} were dropped for it`)
})

t.test('too many viewers — the one too many is refused, and one that leaves makes room', async t => {
  covers('console.slow-viewers')
  const { port } = await open(t)
  const viewers = Array.from({ length: 64 }, () => look(t, port))
  await eventually('all look', () => viewers.every(({ status }) => status === 200))
  t.match(await get(port, '/stream'), { status: 503, headers: { 'retry-after': '10' } })
})
