// Token exchanges that fail: whose fault it is, what the client learns, and what it costs the others.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { startExchangeGateway, TOKEN_EXCHANGE } from '../support/exchange-gateway.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'

const BALANCE = 'pay_get_balance'
const codeOf = (body: unknown) => (body as { error?: { data?: { code?: string } } }).error?.data?.code

t.test('a refusal about the token is 401 only if the token is no longer good', async t => {
  covers('delegation.refusals-tell-whose-fault')
  const { server, issue, client, clock } = await startExchangeGateway(t)
  for (const error of ['invalid_request', 'invalid_grant']) {
    server.answer = () => ({ status: 400, body: { error } })
    const good = await client(issue()).callTool(BALANCE)
    t.equal(good.status, 502)
    t.equal(codeOf(good.body), 'GW_TOKEN_EXCHANGE_REFUSED')
    const token = issue()
    server.answer = () => {
      server.revoke(token)
      return { status: 400, body: { error } }
    }
    const revoked = await client(token).callTool(BALANCE)
    t.equal(revoked.status, 401)
    t.match(revoked.challenge, { error: 'invalid_token', scope: 'payments:read' })
    clock.advance(3000)
  }
})

t.test('every other failure is a fault with a code, and no reason to throw the token away (case 74)', async t => {
  covers('delegation.refusals-tell-whose-fault')
  const each = collected(t)
  const cases = [
    [{ status: 400, body: { error: 'invalid_target' } }, 502, 'GW_TOKEN_EXCHANGE_REFUSED'],
    [{ status: 400, body: { error: 'invalid_authorization_details' } }, 502, 'GW_TOKEN_EXCHANGE_REFUSED'],
    [{ status: 403, body: { error: 'access_denied' } }, 502, 'GW_TOKEN_EXCHANGE_REFUSED'],
    [{ status: 400, body: { error: 'unsupported_grant_type' } }, 502, 'GW_TOKEN_EXCHANGE_REFUSED'],
    [{ status: 404, body: {} }, 502, 'GW_TOKEN_EXCHANGE_REFUSED'],
    [{ status: 200, body: 'no object' }, 502, 'GW_TOKEN_EXCHANGE_UNUSABLE'],
    [{ status: 401, body: { error: 'invalid_client' } }, 503, 'GW_TOKEN_EXCHANGE_UNAVAILABLE'],
    [{ status: 429, body: {}, headers: { 'retry-after': '2' } }, 503, 'GW_TOKEN_EXCHANGE_UNAVAILABLE'],
    [{ status: 500, body: {} }, 503, 'GW_TOKEN_EXCHANGE_UNAVAILABLE'],
    [{ status: 302, body: {}, headers: { location: 'https://evil.example/' } }, 503, 'GW_TOKEN_EXCHANGE_UNAVAILABLE']
  ] as const
  const { server, issue, client, stub, events } = await startExchangeGateway(t)
  for (const [reply, status, code] of cases) {
    server.answer = () => reply
    const answer = await client(issue()).callTool(BALANCE)
    const name = JSON.stringify(reply)
    each.equal(answer.status, status, name)
    each.equal(codeOf(answer.body), code, name)
    each.equal(answer.headers['retry-after'] !== undefined, status === 503, name)
    each.equal(answer.headers['www-authenticate'], undefined, name)
  }
  each.equal(stub.calls.length, 0)
  each.equal(events.filter(({ kind }) => kind === 'exchange').length, cases.length)
  each.end()
})

t.test('a server that is down is left alone after a few failures, and tokens that are kept go on (case 74)', async t => {
  covers('delegation.outage')
  const { server, issue, client } = await startExchangeGateway(t)
  const kept = client(issue())
  t.equal((await kept.callTool(BALANCE)).status, 200)
  server.answer = () => ({ status: 500, body: {} })
  for (let attempt = 0; attempt < 8; attempt += 1) await client(issue()).callTool(BALANCE)
  t.equal((await kept.callTool(BALANCE)).status, 200)
  t.equal(server.exchanges.length, 9, 'the probe is answered, so that the circuit stays closed')
})

t.test('a server that does not answer in time costs its deadline and no more', async t => {
  covers('delegation.outage')
  const { server, issue, client } = await startExchangeGateway(t, { exchange: { ...TOKEN_EXCHANGE, deadlineMs: 100 } })
  server.answer = () => new Promise(() => {})
  const answer = await client(issue()).callTool(BALANCE)
  t.equal(answer.status, 503)
  t.equal(codeOf(answer.body), 'GW_TOKEN_EXCHANGE_UNAVAILABLE')
})

t.test('a thousand calls about a token that is not exchanged ask once', async t => {
  covers('delegation.outage')
  const { server, issue, client } = await startExchangeGateway(t)
  server.answer = () => ({ status: 400, body: { error: 'invalid_target' } })
  const one = client(issue())
  for (let call = 0; call < 50; call += 1) await one.callTool(BALANCE)
  t.equal(server.exchanges.length, 1)
})

t.test('a token that the upstream refuses is replaced once (case 58)', async t => {
  covers('delegation.refused-token-replaced-once')
  const { server, issue, client, stub, shown } = await startExchangeGateway(t)
  const one = client(issue())
  await one.callTool('pay_transfer', TRANSFER)
  stub.answer = () => stub.calls.length === 2
    ? { kind: 'not-executed', reason: 'credentials-rejected' }
    : { kind: 'answered', result: { content: [] } }
  t.equal((await one.callTool('pay_transfer', TRANSFER)).status, 200)
  t.equal(server.exchanges.length, 2)
  const [first, again, third] = shown()
  t.equal(again, first)
  t.not(third, first)
  stub.answer = () => ({ kind: 'not-executed', reason: 'credentials-rejected' })
  const refused = await one.callTool('pay_transfer', TRANSFER)
  t.equal(codeOf(refused.body), 'GW_UPSTREAM_CREDENTIALS')
  t.equal(stub.calls.length, 5, 'once more, and no further')
  stub.answer = () => ({ kind: 'unknown', reason: 'unexpected-status' })
  t.equal(codeOf((await one.callTool('pay_transfer', TRANSFER)).body), 'GW_UPSTREAM_OUTCOME_UNKNOWN')
  t.equal(stub.calls.length, 6, 'what may have been executed is not repeated')
})
