// Signed challenges for single calls, at the gateway: what is signed, for which call a token is then good, and that it is good once.

import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { startDecisionPoint } from '../support/decision-point.ts'
import { activeToken, buildGateway, call, challengeOf, ISSUER, RESOURCE, type Call, type Gateway } from '../support/gateway.ts'
import { seatsOf } from '../support/ticket-calls.ts'

const ACCEPTS = { 'accept-txn-challenge': '?1' }
const RESERVE = { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 3 } }
/** Too much for `token-limited`. */
const REFUSED: Call = { ...RESERVE, token: 'token-limited', headers: ACCEPTS }

function keyFile (t: Test): string {
  const file = join(t.testdir({}), 'key.pem')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return file
}

async function challenging (t: Test, policy: object = {}) {
  const transactionChallenge = { draft: '2026-06-25', privateKeyFile: keyFile(t) } as const
  return buildGateway(t, { config: { policy: { transactionChallenge, ...policy } } })
}

/** What the authorization server would issue after the person has agreed. */
async function granted (gateway: Gateway, refused: Call = REFUSED, changes: object = {}): Promise<string> {
  const { transaction_challenge: challenge = '' } = challengeOf(await call(gateway, refused))
  const { txn, authorization_details: details } = decodeJwt(challenge)
  const token = `transaction-${gateway.tokens.size}`
  gateway.tokens.set(token, activeToken({ txn, authorization_details: details, ...changes }))
  return token
}

t.test('off — no challenge is signed, the metadata names no keys, and a txn of a token means nothing', async t => {
  covers('transaction.off-by-default')
  const gateway = await buildGateway(t, { tokens: { txn: activeToken({ txn: 'x' }) } })
  t.equal(challengeOf(await call(gateway, REFUSED))['error'], 'insufficient_authorization')
  const metadata = await gateway.app.inject('/.well-known/oauth-protected-resource/mcp')
  t.notMatch(metadata.body, /txn_challenge/)
  t.equal((await gateway.app.inject('/txn-challenge-keys/mcp')).statusCode, 404)
  t.equal((await call(gateway, { ...RESERVE, token: 'txn' })).status, 200)
})

t.test('the challenge — 401, of its type, signed with a key of its metadata member, for this call at the person\'s server', async t => {
  covers('transaction.challenge')
  const gateway = await challenging(t)
  const answer = await call(gateway, REFUSED)
  t.equal(answer.status, 401)
  const parameters = challengeOf(answer)
  t.equal(parameters['error'], 'transaction_authorization_required')
  t.notMatch(JSON.stringify(answer), /authorization_remediation|remediationHints/, 'one challenge says it all')
  const { transaction_challenge: challenge = '' } = parameters
  const metadata: { txn_challenge_jwks_uri: string } = (await gateway.app.inject('/.well-known/oauth-protected-resource/mcp')).json()
  t.match(metadata, {
    txn_challenge_jwks_uri: 'http://localhost:3443/txn-challenge-keys/mcp', txn_challenge_signing_alg_values_supported: ['ES256']
  })
  t.notHas(metadata, { jwks_uri: '' })
  const keys: JSONWebKeySet = (await gateway.app.inject(new URL(metadata.txn_challenge_jwks_uri).pathname)).json()
  t.notMatch(JSON.stringify(keys), /"d"/, 'the public key alone')
  t.match(decodeProtectedHeader(challenge), { typ: 'txn-authz-challenge+jwt', alg: 'ES256', kid: keys.keys[0]?.kid })
  const { payload } = await jwtVerify(challenge, createLocalJWKSet(keys), {
    issuer: RESOURCE, audience: ISSUER, typ: 'txn-authz-challenge+jwt', currentDate: new Date(gateway.clock.now())
  })
  t.match(payload, {
    jti: /.{8}/,
    txn: /.{40}/,
    reason: /\w/,
    scope: 'mcp:tickets:write',
    authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: Number, currency: 'JPY', ticketIds: [1] }]
  })
  t.equal(Number(payload.exp) - Number(payload.iat), 300)
  t.notMatch(JSON.stringify(payload), /1004/, 'who tries stands in no clear text')
})

t.test('the signal — a Boolean item that is true; anything else gets the usual refusal', async t => {
  covers('transaction.signal')
  const gateway = await challenging(t)
  const errorFor = async (value: string | undefined) => {
    const headers = value === undefined ? {} : { 'accept-txn-challenge': value }
    return challengeOf(await call(gateway, { ...REFUSED, headers }))['error']
  }
  const yes = ['?1', ' ?1 ', '?1;q=1', '?1; a="x;?0"; b', '?1;c=?0']
  const no = [undefined, '?0', '1', 'true', '?1, ?1', '"?1"', '?1;', '?1x', '?11', '?1;=', `?1${';a'.repeat(200)}`]
  t.strictSame(await Promise.all(yes.map(errorFor)), yes.map(() => 'transaction_authorization_required'))
  t.strictSame(await Promise.all(no.map(errorFor)), no.map(() => 'insufficient_authorization'))
})

t.test('the token — allows the call of its challenge once, and nothing before, beside or after it', async t => {
  covers('transaction.this-call-only', 'transaction.single-use')
  const gateway = await challenging(t)
  const token = await granted(gateway)
  const before = await seatsOf(gateway, 1) ?? 0
  const others: Call[] = [
    { ...RESERVE, args: { ticket_id: 1, seats: 4 } },
    { ...RESERVE, args: { ticket_id: 1, seats: 1 } },
    { ...RESERVE, args: { ticket_id: 2, seats: 1 } },
    { ...RESERVE, args: { ticket_id: 1, seats: 3, idempotency_key: 'added-by-the-client' } },
    { tool: 'list_tickets' },
    { tool: 'explain_authorization' }
  ]
  const refused: unknown[] = []
  for (const other of others) {
    await call(gateway, { ...other, token })
    refused.push(gateway.decisions().at(-1)?.['granted'])
  }
  t.strictSame(refused, others.map(() => false))
  t.equal(await seatsOf(gateway, 1), before, 'a client that edits the amount gets nothing')
  t.equal((await call(gateway, { ...RESERVE, args: { ticket_id: 1, seats: 'three' }, token })).body.result?.isError, true)
  const both = await Promise.all([call(gateway, { ...RESERVE, token }), call(gateway, { ...RESERVE, token })])
  t.strictSame(both.map(({ status }) => status).sort(), [200, 403], 'of two at the same time one is made')
  t.equal(await seatsOf(gateway, 1), before - 3)
  t.equal((await call(gateway, { ...RESERVE, token })).status, 403)
  t.match(gateway.decisions().at(-1), { reason: 'insufficient-authorization', remark: 'used-transaction' })
})

t.test('the mark — of another person, client, server or time, edited, or no text: refused', async t => {
  covers('transaction.this-call-only')
  const gateway = await challenging(t)
  const other = await challenging(t)
  const { txn } = decodeJwt(challengeOf(await call(gateway, REFUSED))['transaction_challenge'] ?? '') as { txn: string }
  const foreign = decodeJwt(challengeOf(await call(other, REFUSED))['transaction_challenge'] ?? '') as { txn: string }
  const tokens: Record<string, object> = {
    'another person': { txn, sub: '2001' },
    'another client': { txn, client_id: 'client-2' },
    'the mark of another gateway': { txn: foreign.txn },
    'an edited mark': { txn: `${txn.slice(0, 30)}${txn[30] === 'A' ? 'B' : 'A'}${txn.slice(31)}` },
    'other unused bits': { txn: `${txn.slice(0, -1)}${String.fromCharCode(txn.charCodeAt(txn.length - 1) + 1)}` },
    'no mark': { txn: 'tx-1' },
    'an empty text': { txn: '' },
    'a number': { txn: 7 },
    'a list': { txn: [txn] }
  }
  const found: Record<string, number> = {}
  for (const [name, changes] of Object.entries(tokens)) {
    const token = name.replaceAll(' ', '-')
    gateway.tokens.set(token, activeToken(changes as never))
    found[name] = (await call(gateway, { ...RESERVE, token })).status
  }
  t.strictSame(found, Object.fromEntries(Object.keys(tokens).map(name => [name, 403])))
  const token = await granted(gateway, REFUSED, { exp: undefined })
  gateway.tokens.set(token, activeToken({ ...gateway.tokens.get(token), exp: Math.floor(gateway.clock.now() / 1000) + 3600 }))
  gateway.clock.advance(300_000)
  t.equal((await call(gateway, { ...RESERVE, token })).status, 403, 'its time is over, though not that of the token')
})

t.test('details that were narrowed — the policy decides as ever, and a refusal uses nothing up', async t => {
  covers('transaction.this-call-only', 'transaction.single-use')
  const gateway = await challenging(t)
  const narrowed = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 1 }]
  const token = await granted(gateway, REFUSED, { authorization_details: narrowed })
  const refused = await call(gateway, { ...RESERVE, token, headers: ACCEPTS })
  t.equal(challengeOf(refused)['error'], 'transaction_authorization_required')
})

t.test('a decision point that refuses — the transaction is not used up', async t => {
  covers('transaction.single-use')
  const point = await startDecisionPoint()
  t.teardown(() => point.close())
  const gateway = await challenging(t, { secondOpinion: { url: point.url } })
  const token = await granted(gateway)
  point.decide = () => ({ decision: false })
  await call(gateway, { ...RESERVE, token })
  t.match(gateway.decisions().at(-1), { reason: 'refused-by-decision-point' })
  point.decide = () => ({ decision: true })
  t.equal((await call(gateway, { ...RESERVE, token })).status, 200)
})

t.test('a key of another kind is refused at start; several workers need a memory that they share', async t => {
  covers('transaction.off-by-default')
  const file = join(t.testdir({}), 'rsa.pem')
  writeFileSync(file, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await t.rejects(buildGateway(t, { config: { policy: { transactionChallenge: { draft: '2026-06-25', privateKeyFile: file } } } }),
    { code: 'GW_CONFIG_INVALID', message: /privateKeyFile.*P-256 or Ed25519/ })
})
