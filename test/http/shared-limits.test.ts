// What is said when Redis does not count requests, how long they wait for it, and which clock a minute is measured with.

import t, { type Test } from 'tap'
import { createRequestCounters } from '../../src/http/hooks/request-counters.ts'
import { covers } from '../support/covers.ts'
import { buildGateway, call, type Gateway } from '../support/gateway.ts'
import { startStandInRedis, type StandInRedis, type StandInRedisOptions } from '../support/redis-server.ts'

async function start (t: Test, options: StandInRedisOptions): Promise<{ gateway: Gateway, redis: StandInRedis }> {
  const redis = await startStandInRedis(options)
  t.teardown(redis.close)
  const rateLimitRedisUrl = redis.url.replace('//', '//user:redis-password@')
  return { redis, gateway: await buildGateway(t, { config: { limits: { requestsPerMinutePerPerson: 4, rateLimitRedisUrl } } }) }
}

const told = (gateway: Gateway) => gateway.lines().filter(({ event }) => event === 'rate-limit-unavailable')

t.test('rate limit — the cause of a failure of Redis is named at start, with what to do, and without a secret', async t => {
  covers('limits.redis-failure-said')
  const cases: ReadonlyArray<readonly [StandInRedisOptions, string, RegExp]> = [
    [{ authentication: 'WRONGPASS invalid username-password pair or user is disabled.', refusal: 'NOAUTH Authentication required.' }, 'NOAUTH', /password .* is refused/],
    [{ refusal: "READONLY You can't write against a read only replica." }, 'READONLY', /name the primary/],
    [{ refusal: 'MOVED 3999 10.0.0.1:6381' }, 'MOVED', /node of a Redis Cluster/],
    [{ refusal: 'OOM command not allowed' }, 'OOM', /maxmemory/],
    [{ hangs: true }, 'timeout', /does not answer in time/]
  ]
  for (const [options, cause, hint] of cases) {
    const { gateway } = await start(t, options)
    t.match(told(gateway), [{ level: 40, cause, hint }], cause)
    t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200)
    t.notMatch(gateway.log(), /redis-password|10\.0\.0\.1/)
  }
})

t.test('rate limit — a node of a cluster and a sentinel are refused at start', async t => {
  covers('limits.redis-failure-said')
  for (const mode of ['cluster', 'sentinel'] as const) {
    await t.rejects(start(t, { mode }), { code: 'GW_CONFIG_INVALID', detail: /^limits\.rateLimitRedisUrl names a .*: it needs a single Redis server/ }, mode)
  }
})

t.test('rate limit — while Redis fails, one request a second waits for it, and the others do not', async t => {
  covers('limits.redis-pause')
  const { gateway, redis } = await start(t, { hangs: true })
  const listTwenty = async () => {
    for (let index = 0; index < 20; index += 1) t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200)
  }
  await listTwenty()
  t.equal(redis.asked(), 1, 'at start')
  gateway.clock.advance(1_000)
  await listTwenty()
  t.equal(redis.asked(), 2)
  t.equal(told(gateway).length, 1, 'one line a minute')
  gateway.clock.advance(60_000)
  await call(gateway, { tool: 'list_tickets' })
  t.equal(told(gateway).length, 2)
})

t.test('rate limit — a minute is a minute whatever the clock of the system does, and counters are bounded', async t => {
  covers('limits.rate-monotonic')
  let nowMs = 0
  const counters = createRequestCounters({ monotonicMs: () => nowMs }, 2)
  t.strictSame([counters.count('a'), counters.count('a'), counters.count('b')], [
    { count: 1, leftMs: 60_000 }, { count: 2, leftMs: 60_000 }, { count: 1, leftMs: 60_000 }
  ])
  nowMs = 59_999
  t.strictSame(counters.count('a'), { count: 3, leftMs: 1 })
  nowMs = 60_000
  t.strictSame(counters.count('a'), { count: 1, leftMs: 60_000 })
  counters.count('c')
  t.strictSame(counters.count('b'), { count: 1, leftMs: 60_000 }, 'the least recently used was dropped')
})
