// What does a client of the gateway see when a switch of the lab is on? Each switch, for one person and no other.

import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { BOTH_SCOPES, introspect, obtainToken, requestToken } from '../support/practice-client.ts'
import { callByHand, startProtectedGateway, type ProtectedGateway } from '../support/protected-gateway.ts'

const LIMIT = [{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 50_000, currency: 'JPY' }]
const READ = { name: 'list_tickets', arguments: {} }
const RESERVE = { name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 1 } }

async function start (t: Test, cache: JsonObject = { ttlSeconds: 0, negativeTtlSeconds: 0 }): Promise<ProtectedGateway> {
  const gateway = await startProtectedGateway({ config: { cache }, practice: url => ({ lab: {}, people: 40, resources: [url] }) })
  t.teardown(gateway.close)
  return gateway
}

async function turn ({ practice }: ProtectedGateway, id: string, body: JsonObject = {}): Promise<JsonObject> {
  const response = await fetch(`${practice.issuer}/lab/switches/${id}`, {
    method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
  })
  if (response.status !== 200) throw new Error(`${id}: ${response.status} ${await response.text()}`)
  return await response.json() as JsonObject
}

const allOff = ({ practice }: ProtectedGateway) => fetch(`${practice.issuer}/lab/switches`, { method: 'DELETE' })

t.test('for one person — status and challenge of each switch, and nothing for another person', async t => {
  covers('practice.lab-faults')
  const gateway = await start(t)
  const mint = (subject: string) => gateway.practice.mintToken({ subject, scope: BOTH_SCOPES, authorizationDetails: LIMIT })
  const ours = await mint('user07')
  const other = await mint('user08')
  for (const [id, call, status, challenge] of [
    ['down', READ, 503, undefined],
    ['wrong-audience', READ, 401, /error="invalid_token".*another resource/],
    ['no-write', RESERVE, 403, /error="insufficient_scope".*scope="[^"]*mcp:tickets:write/],
    ['small-limit', RESERVE, 403, /error="insufficient_authorization".*authorization_remediation=/]
  ] as const) {
    await turn(gateway, id, { for: { person: 'user07' } })
    const answer = await callByHand(gateway.url, ours, call)
    t.equal(answer.status, status, id)
    if (challenge === undefined) t.ok(Number(answer.headers.get('retry-after')) > 0, 'says when to try again')
    else t.match(answer.headers.get('www-authenticate') ?? '', challenge, id)
    t.equal((await callByHand(gateway.url, other, READ)).status, 200, `${id}: another person`)
    await allOff(gateway)
    t.equal((await callByHand(gateway.url, ours, READ)).status, 200, `${id} is off again`)
  }
})

t.test('slow — the answer still comes, and the switch ends after one request', async t => {
  covers('practice.lab-faults')
  const gateway = await start(t)
  const token = await gateway.token()
  await turn(gateway, 'slow', { value: 300, requests: 1 })
  t.equal((await callByHand(gateway.url, token, READ)).status, 200)
  const waited = gateway.decisions.at(-1)?.['authenticationMs']
  t.ok(typeof waited === 'number' && waited > 0, 'the log says how long the authorization server took')
  const state = await (await fetch(`${gateway.practice.issuer}/lab/state`)).json() as JsonObject
  t.strictSame(state['switches'], [], 'for the next request only')
})

t.test('refused credentials — the client sees 503 and not 401, because the fault is the gateway\'s', async t => {
  covers('practice.lab-faults')
  const gateway = await start(t)
  const token = await gateway.token()
  await turn(gateway, 'refused-credentials')
  const answer = await callByHand(gateway.url, token, READ)
  t.equal(answer.status, 503)
  t.equal(answer.headers.get('www-authenticate'), null)
})

t.test('revoked — a writing tool is refused at once, a reading one while the kept answer lasts not; a new login helps', async t => {
  covers('practice.lab-faults')
  const gateway = await start(t, { ttlSeconds: 30 })
  const { accessToken, refreshToken, clientId } = await obtainToken(gateway.practice.issuer, { parameters: { resource: gateway.url } })
  const other = await gateway.practice.mintToken({ subject: '1005', scope: BOTH_SCOPES })
  t.equal((await callByHand(gateway.url, accessToken, READ)).status, 200)
  await turn(gateway, 'revoked', { for: { person: 'inga' } })
  t.equal((await callByHand(gateway.url, accessToken, READ)).status, 200, 'the kept answer')
  const refused = await callByHand(gateway.url, accessToken, RESERVE)
  t.equal(refused.status, 401)
  t.match(refused.headers.get('www-authenticate') ?? '', 'error="invalid_token"')
  t.equal((await callByHand(gateway.url, other, READ)).status, 200, 'another person')
  const refreshed = await requestToken(
    gateway.practice.issuer, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }
  )
  t.match(
    refreshed, { status: 400, body: { error: 'invalid_grant', error_description: 'the lab of this server refuses this refresh token' } }
  )
})

t.test('short life, refresh refused, down for all — at the authorization server itself', async t => {
  covers('practice.lab-faults')
  const gateway = await start(t)
  const { issuer } = gateway.practice
  const parameters = { resource: gateway.url }
  await turn(gateway, 'short-life', { for: { person: 'user01' }, value: 61 })
  const short = await obtainToken(issuer, { parameters, form: { loginId: 'user01', password: 'user01' } })
  t.equal(short.reply.body['expires_in'], 61)
  t.equal((await introspect(issuer, short.accessToken)).body['sub'], 'user01')
  t.equal((await obtainToken(issuer, { parameters })).reply.body['expires_in'], 86_400, 'another person')

  await turn(gateway, 'no-refresh', { requests: 1 })
  const form = { grant_type: 'refresh_token', refresh_token: short.refreshToken, client_id: short.clientId, resource: gateway.url }
  t.match((await requestToken(issuer, form)).body, { error: 'invalid_grant' })
  t.equal((await requestToken(issuer, form)).status, 200, 'the refresh token was not used up')

  await turn(gateway, 'down')
  await t.rejects(fetch(`${issuer}/.well-known/oauth-authorization-server`), 'no answer at all')
  await allOff(gateway)
  t.equal((await fetch(`${issuer}/.well-known/oauth-authorization-server`)).status, 200)
})

t.test('new key — a JWT of before is worth nothing, an opaque token goes on', async t => {
  covers('practice.lab-faults')
  const gateway = await start(t)
  const { issuer } = gateway.practice
  const keyId = async () => (await (await fetch(`${issuer}/api/jwks`)).json() as { keys: { kid: string }[] }).keys[0]?.kid
  const token = await gateway.token()
  const before = await keyId()
  await turn(gateway, 'new-key')
  t.not(await keyId(), before)
  t.equal((await callByHand(gateway.url, token, READ)).status, 200)
})
