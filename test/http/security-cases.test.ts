// What has gone wrong with tokens and grants in systems like this one: every case has a test, here or elsewhere, or a reason why it cannot
// happen. The list of cases is test/support/security-cases.ts.

import t, { type Test } from 'tap'
import {
  activeToken, buildGateway, call, challengeOf, ISSUER, limitedTo, RESOURCE, type CallAnswer, type Gateway, type IntrospectionReply
} from '../support/gateway.ts'
import { MANUAL_CLOCK_START_SECONDS as NOW } from '../support/manual-clock.ts'
import { list, reserve, testCases, type CaseTests } from '../support/security-checks.ts'
import { GRANT_CASES } from '../support/security-cases.ts'

/** A gateway that knows one token for each reply, by its name. */
const withTokens = (t: Test, replies: Readonly<Record<string, IntrospectionReply>>): Promise<Gateway> =>
  buildGateway(t, { tokens: Object.fromEntries(Object.keys(replies).map((name, index) => [`case-${index}`, replies[name] ?? {}])) })

async function eachIs (
  t: Test, replies: Readonly<Record<string, IntrospectionReply>>, ask: (gateway: Gateway, token: string) => Promise<CallAnswer>,
  status: number, error: string
): Promise<void> {
  const gateway = await withTokens(t, replies)
  for (const [index, name] of Object.keys(replies).entries()) {
    const answer = await ask(gateway, `case-${index}`)
    t.equal(answer.status, status, name)
    t.equal(challengeOf(answer)['error'], error, name)
  }
}

const tests: CaseTests = {
  async 'a token for another resource, without an audience, or with one that only looks alike' (t) {
    const audiences: unknown[] = [
      'https://other.example/mcp', [], null, 7, true, {}, '', [''], [null], [[RESOURCE]], `${RESOURCE}-evil`, `${RESOURCE}/`, `${RESOURCE}?x`, `x ${RESOURCE}`,
      RESOURCE.toUpperCase(), RESOURCE.replace('localhost', '127.0.0.1'), RESOURCE.replace('http', 'https'), RESOURCE.slice(0, -1), [`${RESOURCE} ${RESOURCE}`], 'http://localhost:3443'
    ]
    const replies = Object.fromEntries(audiences.map(aud => [JSON.stringify(aud), activeToken({ aud })]))
    const { aud: _, ...without } = activeToken()
    await eachIs(t, { ...replies, 'no aud at all': without }, list, 401, 'invalid_token')
    const gateway = await withTokens(t, { text: activeToken({ aud: RESOURCE }), among: activeToken({ aud: ['https://other.example', RESOURCE] }) })
    for (const token of ['case-0', 'case-1']) t.equal((await list(gateway, token)).status, 200, 'ours, alone or among others')
  },

  async 'cached under a cheap tool, used on a dear one' (t) {
    const gateway = await buildGateway(t)
    t.equal((await list(gateway, 'token-read')).status, 200)
    t.equal((await reserve(gateway, 'token-read')).status, 403)
    t.equal((await list(gateway, 'token-limited')).status, 200)
    t.equal((await reserve(gateway, 'token-limited', { ticket_id: 1, seats: 3 })).status, 403, 'nor beyond its limit')
  },

  async 'exp passing while cached, and a hit that extends life' (t) {
    const gateway = await buildGateway(t, { tokens: { short: activeToken({ exp: NOW + 20 }), long: activeToken() } })
    for (let second = 0; second < 20; second += 1) {
      t.equal((await list(gateway, 'short')).status, 200)
      await list(gateway, 'long')
      gateway.clock.advance(1000)
    }
    t.equal((await list(gateway, 'short')).status, 401, 'refused from the second on that exp names')
    t.equal(gateway.asked.filter(token => token === 'long').length, 1)
    for (let second = 0; second < 11; second += 1) {
      await list(gateway, 'long')
      gateway.clock.advance(1000)
    }
    t.equal(gateway.asked.filter(token => token === 'long').length, 2, 'a token that is used all the time is asked about all the same')
  },

  async 'exp missing, huge, negative, not a number' (t) {
    const replies = Object.fromEntries([-1, 1e300, 99_999_999_999_999, '1800003600', null, {}, [], true].map(exp =>
      [JSON.stringify(exp), activeToken({ exp })]))
    await eachIs(t, replies, list, 401, 'invalid_token')
    const { exp: _, ...without } = activeToken()
    t.equal((await list(await withTokens(t, { without }), 'case-0')).status, 401, 'a token that never ends is refused …')
    const gateway =
      await buildGateway(t, { tokens: { without }, config: { authorizationServer: { issuer: ISSUER, requireExpiry: false } } })
    t.equal((await list(gateway, 'without')).status, 200, '… unless configuration says that this server issues such tokens, …')
    gateway.clock.advance(31_000)
    await list(gateway, 'without')
    t.equal(gateway.asked.length, 2, '… and then the time to live of the cache is the limit')
  },

  async 'a flood of random tokens grows memory or evicts good entries' (t) {
    const gateway = await buildGateway(t, { config: { cache: { maxEntries: 50 } } })
    t.equal((await list(gateway)).status, 200)
    for (let index = 0; index < 500; index += 1) await list(gateway, `junk-${index}`)
    const asked = gateway.asked.length
    t.equal((await list(gateway)).status, 200)
    t.equal(gateway.asked.length, asked, 'the good one is still known')
    await list(gateway, 'junk-0')
    t.equal(gateway.asked.length, asked + 1, 'and of the others only so many')
  },

  async 'maxAmount as text, NaN, 1e309, negative, fraction, 0, above 2^53' (t) {
    const amounts: unknown[] = ['10000', 'NaN', null, true, [10_000], {}, -1, -0.5, 0, 0.5, 2 ** 53 + 2, 1e300]
    const replies = Object.fromEntries(amounts.map(amount => [JSON.stringify(amount),
      activeToken({ authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: amount, currency: 'JPY' }] })]))
    await eachIs(t, replies, reserve, 403, 'insufficient_authorization')
    const gateway = await buildGateway(t)
    for (const raw of ['1e309', '-1e309', 'NaN', 'Infinity', '1e999999']) {
      gateway.failWith = { status: 200, body: JSON.stringify(activeToken(limitedTo(7))).replace('"maxAmount":7', `"maxAmount":${raw}`) }
      const { status } = await reserve(gateway, `raw-${raw}`)
      t.ok(status === 403 || status === 503, `${raw}: refused (${status})`)
    }
    t.equal((await gateway.store.findTicket(3))?.availableSeats, 100)
  },

  async 'another currency, no book, another server, past validUntil' (t) {
    const more = [
      { currency: 'USD' }, { currency: 'jpy' }, { currency: '' }, { actions: ['cancel'] }, { actions: [] }, { actions: 'book' },
      { actions: ['BOOK'] },
      { locations: ['https://other.example/mcp'] }, { locations: [`${RESOURCE}/`] }, { locations: RESOURCE }, { validUntil: '2000-01-01T00:00:00Z' }, { validUntil: 'tomorrow' }, { ticketIds: [1] }, { ticketIds: ['3'] }, { unknown: 1 }
    ]
    await eachIs(t, Object.fromEntries(more.map(members => [JSON.stringify(members), activeToken(limitedTo(100_000, members))])), reserve,
      403, 'insufficient_authorization')
  },

  async 'a denial that reveals another person\'s data' (t) {
    const gateway = await buildGateway(t, { tokens: { 'token-other-limited': activeToken({ sub: '2001', ...limitedTo(100) }) } })
    const reserved = await reserve(gateway, 'token-limited', { ticket_id: 3, seats: 2 })
    t.equal(reserved.status, 200)
    const id = (reserved.body.result?.structuredContent as { reservation: { id: number } }).reservation.id
    const cancel = (reservation: number): Promise<CallAnswer> =>
      call(gateway, { token: 'token-other-limited', tool: 'cancel_reservation', args: { reservation_id: reservation } })
    const [another, none] = [await cancel(id), await cancel(id + 1000)]
    t.equal(another.text, none.text.replaceAll(String(id + 1000), String(id)), 'byte for byte what one that does not exist gets')
    const refused = await reserve(gateway, 'token-other-limited')
    t.equal(refused.status, 403)
    t.notMatch(`${refused.text}${JSON.stringify(refused.headers)}`, /1004|client-1|6000/)
  },

  async 'a bound token presented as Bearer, out of the cache' (t) {
    const gateway = await withTokens(t, {
      dpop: activeToken({ cnf: { jkt: 'x' } }),
      mtls: activeToken({ cnf: { 'x5t#S256': 'x' } }),
      empty: activeToken({ cnf: {} }),
      type: activeToken({ token_type: 'DPoP' })
    })
    for (const token of ['case-0', 'case-1', 'case-2', 'case-3']) {
      for (const time of ['asked', 'cached']) t.equal((await list(gateway, token)).status, 401, `${token} ${time}`)
    }
    t.equal(gateway.asked.length, 4)
  }
}

testCases(t, GRANT_CASES, tests)
