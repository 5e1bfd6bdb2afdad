// The members of a configuration that may change while the gateway runs: src/config/settings.ts.

import t from 'tap'
import { createGrantCache, type Answer } from '../../src/auth/cache/grant-cache.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { createLiveSettings, RELOADABLE_MEMBERS } from '../../src/config/settings.ts'
import { createOriginSet } from '../../src/http/hooks/cors.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { active, inactive } from '../support/token-statuses.ts'

const minimal = {
  resource: { identifier: 'http://localhost:3443/mcp' },
  authorizationServer: { issuer: 'http://localhost:9000', introspection: { clientId: 'tickets', clientSecret: 'the first secret' } }
}

t.test('settings — what may change is taken over, the rest is named, and what was handed out is not touched', async t => {
  covers('reload.safe-members-change', 'reload.restart-needed-is-said')
  const first = parseConfig(minimal)
  const settings = createLiveSettings(first)
  t.equal(settings.current(), first)
  t.strictSame(settings.replace(parseConfig(minimal)), { applied: [], needRestart: [] })
  t.equal(settings.current(), first, 'the same object: nothing has to be prepared again')

  const change = settings.replace(parseConfig({
    ...minimal,
    authorizationServer: { ...minimal.authorizationServer, introspection: { clientId: 'other', clientSecret: 'the second secret' } },
    resource: { ...minimal.resource, name: 'Tickets' },
    policy: { scopeImplications: { all: ['mcp:tickets:read'] } },
    cors: { allowedOrigins: ['https://a.example'] }
  }))
  t.strictSame([change.applied.toSorted(), change.needRestart.toSorted()], [
    ['authorizationServer.introspection.clientSecret', 'cors.allowedOrigins'],
    ['authorizationServer.introspection.clientId', 'policy.scopeImplications', 'resource.name']
  ])
  t.notMatch(JSON.stringify(change), /secret"|the second/, 'names of members only')
  t.match(settings.current(), { authorizationServer: { introspection: { clientId: 'tickets', clientSecret: 'the second secret' } }, cors: { allowedOrigins: ['https://a.example'] } })
  t.notOk('name' in settings.current().resource)
  t.strictSame(first, parseConfig(minimal))
  t.strictSame(settings.replace(first), { applied: change.applied, needRestart: [] }, 'back again')
})

t.test('settings — every reloadable member exists', async t => {
  const { issuer } = minimal.authorizationServer
  const ways = [
    minimal.authorizationServer,
    { issuer, introspection: { clientId: 'tickets', clientAuthentication: 'bearer', bearerToken: 'the first token' } as const },
    { issuer, authlete: { serviceId: '1', accessToken: 'the first token' } }
  ]
  const configs: readonly unknown[] = ways.map(authorizationServer => parseConfig({ ...minimal, authorizationServer }))
  for (const path of RELOADABLE_MEMBERS) {
    const values = configs.map(config => path.split('.').reduce<unknown>((node, name) => {
      return (node as Record<string, unknown> | undefined)?.[name]
    }, config))
    t.ok(values.some(value => value !== undefined), path)
  }
})

t.test('cache — a shorter time to live counts for what is kept, a longer one does not', async t => {
  covers('reload.time-to-live-never-extended')
  const clock = createManualClock()
  const settings = { ttlSeconds: 100, negativeTtlSeconds: 50, maxEntries: 10, maxNegativeEntries: 10 }
  const cache = createGrantCache(settings, clock)
  const keep = (
    key: string, status: Answer['status']
  ) => { cache.keep(key, { status, askedAt: clock.now(), askedAtMonotonicMs: clock.monotonicMs() }) }
  const known = () => ['good', 'bad'].filter(key => cache.find(key) !== undefined)
  keep('good', active())
  keep('bad', inactive)
  clock.advance(20_000)
  t.strictSame(known(), ['good', 'bad'])
  settings.ttlSeconds = 300
  settings.negativeTtlSeconds = 60
  clock.advance(30_000)
  t.strictSame(known(), ['good'], 'the bad one keeps its fifty seconds')
  settings.ttlSeconds = 51
  t.strictSame(known(), ['good'])
  clock.advance(1_000)
  t.strictSame(known(), [])
  settings.ttlSeconds = 300
  t.strictSame(known(), [], 'gone for good')
  keep('good', active())
  keep('bad', inactive)
  settings.ttlSeconds = 0
  t.strictSame(known(), [], 'of either kind')
})

t.test('origins — a list that was replaced counts at once', async t => {
  let list: readonly string[] = ['https://a.example']
  const origins = createOriginSet(() => list)
  t.strictSame(['https://a.example', 'https://b.example', 'null'].map(origins.has), [true, false, false])
  list = ['https://b.example']
  t.strictSame(['https://a.example', 'https://b.example'].map(origins.has), [false, true])
})
