// The configuration is read again on SIGHUP: what changes at once, what needs a restart, and what a mistake in the file does.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, type GatewayServer } from '../support/gateway-server.ts'
import { people } from '../support/signalled-server.ts'

/** Sends SIGHUP and waits for the n-th line that says what became of it. */
async function reload (server: GatewayServer, nth = 1): Promise<JsonObject> {
  server.program.signal('SIGHUP')
  return server.logs('configuration-reloaded', nth)
}

t.test('SIGHUP — secret, origins, times to live and log level change without losing a request', async t => {
  covers('reload.safe-members-change', 'reload.time-to-live-never-extended')
  const server = await startGatewayServer(t, people, { cache: { ttlSeconds: 300 } })
  const origin = 'https://new.example'
  const policy = async () => (await fetch(`${server.origin}/policy/mcp`)).text()
  const policyBefore = await policy()
  t.equal((await server.call('list_tickets', {})).status, 200)
  const asked = people.asked()
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.equal(people.asked(), asked, 'answered from the cache')
  t.equal((await server.call('list_tickets', {}, { headers: { origin } })).status, 403)

  // somebody calls all the time
  const calls = new AbortController()
  const statuses = new Map<number, number>()
  const calling = (async () => {
    while (!calls.signal.aborted) {
      const { status } = await server.call('list_tickets', {}, { token: 'person-2' })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  })()
  server.write({ cors: { allowedOrigins: [origin] } })
  t.match(await reload(server), { applied: ['cache.ttlSeconds', 'cors.allowedOrigins'], needRestart: [] },
    'a member that is left out has its default')
  const allowed = await server.call('list_tickets', {}, { headers: { origin } })
  t.strictSame([allowed.status, allowed.headers.get('access-control-allow-origin')], [200, origin])
  t.equal(people.asked(), asked + 1, 'person 1 is still in the cache, and person 2 was asked about once')
  t.not(await policy(), policyBefore, 'the page says the new bound')
  calls.abort()
  await calling
  t.strictSame([...statuses.keys()], [200])

  server.write({ cache: { ttlSeconds: 0 } })
  t.match(await reload(server, 2), { applied: ['cache.ttlSeconds', 'cors.allowedOrigins'] })
  t.equal((await server.call('list_tickets', {}, { headers: { origin } })).status, 403)
  const before = people.asked()
  t.equal((await server.call('list_tickets', {})).status, 200)
  // Without a cache a call is asked about twice where its body came in a packet after its headers.
  const asking = people.asked()
  t.ok(asking > before, 'what was kept for long is not used any more')
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.ok(people.asked() > asking)

  people.secret = 'a second secret'
  t.teardown(() => { people.secret = 'a first secret' })
  t.equal((await server.call('list_tickets', {})).status, 503, 'the old secret is refused')
  server.write({ cache: { ttlSeconds: 0 } })
  t.match(await reload(server, 3), { applied: ['authorizationServer.introspection.clientSecret'] })
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.notMatch(server.program.lines.join('\n'), /second(?: |%20|\+)secret/, 'no log shows it')

  server.write({ cache: { ttlSeconds: 0 }, log: { level: 'warn' } })
  t.match(await reload(server, 4), { applied: ['log.level'] })
  const decisions = server.logged('decision').length
  await server.call('list_tickets', {})
  server.write({ cache: { ttlSeconds: 0 }, log: { level: 'info' } })
  t.match(await reload(server, 5), { applied: ['log.level'] })
  t.equal(server.logged('decision').length, decisions)
  await server.call('list_tickets', {})
  await server.logs('decision', decisions + 1)
})

t.test('SIGHUP — limits of people and addresses are set, changed and lifted', async t => {
  covers('reload.safe-members-change')
  const server = await startGatewayServer(t, people)
  const statuses = async (...tokens: readonly string[]) => {
    const found: number[] = []
    for (const token of tokens) found.push((await server.call('list_tickets', {}, { token })).status)
    return found
  }
  t.strictSame(await statuses('person-1', 'person-1', 'person-1'), [200, 200, 200], 'none at first')
  server.write({ limits: { requestsPerMinutePerPerson: 2 } })
  t.match(await reload(server), { applied: ['limits.requestsPerMinutePerPerson'], needRestart: [] })
  t.strictSame(await statuses('person-1', 'person-1', 'person-1', 'person-2'), [200, 200, 429, 200])
  server.write({ limits: { requestsPerMinutePerPerson: 4 } })
  await reload(server, 2)
  t.strictSame(await statuses('person-1', 'person-1'), [200, 429], 'what was counted stays counted')
  server.write({ limits: { requestsPerMinutePerAddress: 1 } })
  t.match(await reload(server, 3), { applied: ['limits.requestsPerMinutePerPerson', 'limits.requestsPerMinutePerAddress'] })
  t.strictSame(await statuses('person-1', 'person-3'), [200, 429])
  server.write({})
  await reload(server, 4)
  t.strictSame(await statuses('person-1', 'person-1'), [200, 200])
})

t.test('SIGHUP — a file with mistakes changes nothing and says why', async t => {
  covers('reload.bad-file-changes-nothing')
  const server = await startGatewayServer(t, people, { cors: { allowedOrigins: ['https://a.example'] } })
  const stillServes = async () => (await server.call('list_tickets', {}, { headers: { origin: 'https://a.example' } })).status
  const refusals = async (nth: number): Promise<readonly unknown[]> => {
    server.program.signal('SIGHUP')
    await eventually('the last line about it', () =>
      server.logged('reload-refused').filter(({ mistakes }) => mistakes !== undefined).length === nth)
    return server.logged('reload-refused').map(({ path, msg }) => path ?? msg)
  }
  server.write({ cors: { allowedOrigins: ['*'] }, cache: { ttlSeconds: 1_000 }, unknown: 1 })
  const told = await refusals(1)
  t.strictSame([...told].sort(),
    ['cache.ttlSeconds', 'configuration not reloaded: everything stays as it was', 'cors.allowedOrigins.0', 'unknown'])
  t.match(server.logged('reload-refused').find(({ path }) => path === 'cache.ttlSeconds'), { msg: /cache\.ttlSeconds \(.*\): expected a whole number from 0 to 300/ })
  t.equal(await stillServes(), 200)
  server.write('{ "cors": ')
  await refusals(2)
  t.equal(await stillServes(), 200)
  server.write({ limits: { shutdownNoticeMs: 60_000, shutdownDeadlineMs: 1_000 } })
  t.ok((await refusals(3)).includes('limits.shutdownNoticeMs'), 'rules between members count too')
  t.strictSame([await stillServes(), server.logged('configuration-reloaded')], [200, []])
})

t.test('SIGHUP — what needs a restart is named, has no effect, and does not keep the rest from changing', async t => {
  covers('reload.restart-needed-is-said')
  const server = await startGatewayServer(t, people, {})
  server.write({ storage: { url: 'sqlite:./elsewhere.db' }, resource: { identifier: 'http://localhost:3443/other' }, port: 1, policy: { scopeImplications: { a: ['b'] } }, cache: { ttlSeconds: 7 } })
  const needRestart = ['policy.scopeImplications', 'port', 'resource.identifier', 'storage.url']
  const reloaded = await reload(server)
  t.strictSame([reloaded['applied'], [...reloaded['needRestart'] as string[]].sort()], [['cache.ttlSeconds'], needRestart])
  t.strictSame(server.logged('restart-needed').map(({ path }) => path).sort(), needRestart)
  t.equal((await server.call('list_tickets', {})).status, 200)
  t.equal(await server.status('/other'), 404)
})
