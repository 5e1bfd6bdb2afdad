// Notices of an authorization server that a grant may have been withdrawn: what they cause, and that a stranger causes nothing.

import t, { type Test } from 'tap'
import { parseConfig } from '../../src/config/parse.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'

const KEY = 'h3Jq0vP7wL2nXc9ZtR5yKd8sUe1bGm4a'
const OWN = { clientId: 'gateway', clientSecret: 'a first secret' }
const CACHED = { ttlSeconds: 300 }

async function start (t: Test, notices: JsonObject) {
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, { notices, cache: CACHED })
  return { people, server, list: async (token = 'person-1') => (await server.call('list_tickets', {}, { token })).status }
}

async function startNoticing (t: Test) {
  const started = await start(t, { enabled: true, host: '127.0.0.1', port: 0, secret: KEY })
  const { port } = await started.server.logs('notices')
  const notice = { issuer: started.people.issuer, subject: '1', client_id: 'client-1' }
  const send = async (body: unknown = notice, headers: Readonly<Record<string, string>> = {}, method = 'POST', path = '/recheck') => {
    const response = await fetch(`http://127.0.0.1:${Number(port)}${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {})
    })
    await response.arrayBuffer()
    return response.status
  }
  return { ...started, notice, send }
}

t.test('notice — the next call of that person asks again, once, and is refused if the answer says so', async t => {
  covers('auth.recheck-notices')
  const { people, server, notice, send, list } = await startNoticing(t)
  t.strictSame([await list(), await list(), await list('person-2')], [200, 200, 200])
  t.equal(people.asked(), 2)
  t.equal(await send(), 204)
  t.strictSame([await list(), await list()], [200, 200], 'a notice decides nothing: this token is still good')
  t.equal(people.asked(), 3, 'one question')
  await list('person-2')
  t.equal(people.asked(), 3, 'nobody else is asked about')

  people.audience = 'https://another.example/mcp'
  t.equal(await list(), 200, 'cached')
  t.equal(await send({ ...notice, client_id: 'another-client' }), 204)
  t.equal(await list(), 200, 'of another client of the person')
  t.equal(await send({ issuer: people.issuer, subject: '1' }), 204)
  t.equal(await list(), 401, 'of any client')
  t.match(await server.logs('recheck'), { issuer: people.issuer, noted: true })
  t.notMatch(server.program.lines.join('\n'), KEY)
})

t.test('notice — a stranger cannot cause a question, and learns nothing', async t => {
  covers('auth.recheck-notices')
  const { people, notice, send, list } = await startNoticing(t)
  await list()
  const wrong: ReadonlyArray<readonly [string, () => Promise<number>, number]> = [
    ['no key', () => send(notice, { authorization: '' }), 401],
    ['another key', () => send(notice, { authorization: `Bearer ${KEY}x` }), 401],
    ['the key in another scheme', () => send(notice, { authorization: `Basic ${KEY}` }), 401],
    ['a page in a browser', () => send(notice, { origin: 'http://localhost:3000' }), 403],
    ['GET', () => send(notice, {}, 'GET'), 405],
    ['another path', () => send(notice, {}, 'POST', '/'), 404],
    ['an unknown issuer', () => send({ ...notice, issuer: 'https://other.example' }), 400],
    ['no subject', () => send({ issuer: people.issuer }), 400],
    ['everybody', () => send({ ...notice, subject: '*', all: true }), 400],
    ['no JSON', () => send('{'), 400],
    ['a long body', () => send({ ...notice, subject: 'x'.repeat(10_000) }), 400]
  ]
  const each = collected(t)
  for (const [what, attempt, status] of wrong) each.equal(await attempt(), status, what)
  each.end()
  await list()
  t.equal(people.asked(), 1)
})

t.test('notices — off, nothing listens; a taken port keeps no gateway from serving; without a secret it does not start', async t => {
  covers('auth.recheck-notices')
  const off = await start(t, {})
  t.equal(await off.list(), 200)
  t.strictSame(off.server.logged('notices'), [])
  const { server } = await startNoticing(t)
  const { port } = await server.logs('notices')
  const second = await start(t, { enabled: true, host: '127.0.0.1', port: Number(port), secret: KEY })
  t.match(await second.server.logs('no-notices'), { code: 'EADDRINUSE' })
  t.equal(await second.list(), 200)
  const { issuer } = second.people
  const incomplete = { resource: { identifier: 'http://localhost:3443/mcp' }, authorizationServer: { issuer, introspection: OWN } }
  t.throws(() => parseConfig({ ...incomplete, notices: { enabled: true } }), /notices\.secret/)
})
