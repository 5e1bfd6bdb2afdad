// One call, one permission: the documented client, a real gateway and the practice server, with a person at the page of the transaction;
// and what clients and strangers try there (draft-rosomakho-oauth-txn-challenge-00).

import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { createTransactionFetch } from '../../docs/examples/transaction-client.ts'
import { covers } from '../support/covers.ts'
import { MODERN } from '../support/gateway.ts'
import { startProtectedGateway, type ProtectedGateway } from '../support/protected-gateway.ts'

const LIMITED = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 1, currency: 'JPY' }]
const CLIENT = 'transaction-client'

interface Asked { readonly gateway: ProtectedGateway, readonly generalToken: string, readonly endpoint: string }

async function start (t: Test): Promise<Asked> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const privateKeyFile = join(t.testdir({}), 'key.pem')
  writeFileSync(privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const gateway = await startProtectedGateway({
    config: { policy: { transactionChallenge: { draft: '2026-06-25', privateKeyFile } } }, practice: { pollSeconds: 0 }
  })
  t.teardown(gateway.close)
  const generalToken = await gateway.practice.mintToken({
    subject: '1004', clientId: CLIENT, scope: 'mcp:tickets:read mcp:tickets:write', authorizationDetails: LIMITED
  })
  return { gateway, generalToken, endpoint: `${gateway.practice.issuer}/api/transaction` }
}

function reservation (seats: number): RequestInit {
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN,
      'mcp-method': 'tools/call',
      'mcp-name': 'reserve_ticket'
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'reserve_ticket',
        arguments: { ticket_id: 1, seats },
        _meta: { 'io.modelcontextprotocol/protocolVersion': MODERN, 'io.modelcontextprotocol/clientCapabilities': {} }
      }
    })
  }
}

const withToken = (token: string, init: RequestInit, more: object = {}): RequestInit => {
  return { ...init, headers: { ...init.headers as object, authorization: `Bearer ${token}`, ...more } }
}

async function challengeFor ({ gateway, generalToken }: Asked, seats = 2): Promise<string> {
  const answer = await fetch(gateway.url, withToken(generalToken, reservation(seats), { 'accept-txn-challenge': '?1' }))
  return /transaction_challenge="([^"]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1] ?? ''
}

interface Posted { readonly status: number, readonly body: Record<string, string>, readonly text: string }

async function post (url: string, form: Readonly<Record<string, string>>): Promise<Posted> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
  const text = await answer.text()
  return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) as Record<string, string> : {} }
}

/** Sends the challenge, lets this person agree, and returns the answer with the token. */
async function agreed (asked: Asked, challenge: string, login = 'inga') {
  const started = await post(asked.endpoint, { transaction_challenge: challenge, client_id: CLIENT })
  await post(started.body['authorization_uri'] ?? '', { loginId: login, password: login, authorized: 'Authorize' })
  return post(asked.endpoint, { transaction_authorization_id: started.body['transaction_authorization_id'] ?? '', client_id: CLIENT })
}

t.test('the documented client — refused, the person reads what was signed and agrees, and the call is made', async t => {
  covers('transaction.whole-flow')
  const { gateway, generalToken } = await start(t)
  const pages: string[] = []
  const reasons: string[] = []
  const fetchOnce = createTransactionFetch({
    serverUrl: new URL(gateway.url),
    clientId: CLIENT,
    generalToken,
    async askPerson (page, reason) {
      reasons.push(reason)
      pages.push(await (await fetch(page)).text())
      await post(page.href, { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
    }
  })
  const answer = await fetchOnce(gateway.url, reservation(2))
  t.equal(answer.status, 200)
  t.match(await answer.json(), { result: { structuredContent: { reservation: { status: String } } } })
  t.match(reasons, [/reserve/i])
  t.match(pages[0], /Allow this one call\?/)
  t.match(pages[0], new RegExp(reasons[0] ?? 'nothing'))
  t.match(gateway.decisions.map(({ reason, status }) => [reason, status]), [['insufficient-authorization', 401], ['permitted', 200]])
  t.equal((await fetchOnce(gateway.url, reservation(2))).status, 200, 'another call is another transaction')
  t.equal(pages.length, 2)
})

t.test('an edited amount, a second use and another person\'s consent get nothing', async t => {
  covers('transaction.whole-flow', 'transaction.this-call-only', 'transaction.single-use')
  const asked = await start(t)
  const { gateway } = asked
  const { body: { access_token: token = '' } } = await agreed(asked, await challengeFor(asked))
  const statusOf = async (with_: string, seats: number) => (await fetch(gateway.url, withToken(with_, reservation(seats)))).status
  const statuses = [await statusOf(token, 3), await statusOf(token, 1), await statusOf(token, 2), await statusOf(token, 2)]
  t.strictSame(statuses, [403, 403, 200, 403])
  const { body: { access_token: ofTaro = '' } } = await agreed(asked, await challengeFor(asked), 'taro')
  t.equal(await statusOf(ofTaro, 2), 403)
})

t.test('the practice server — refuses what is not signed for it, and takes each challenge once', async t => {
  covers('transaction.server')
  const asked = await start(t)
  const { gateway, endpoint } = asked
  const { issuer } = gateway.practice
  const good = await challengeFor(asked)
  const [header = '', payload = '', signature = ''] = good.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown> & { authorization_details: [object] }
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { privateKey } = generateKeyPairSync('ed25519')
  const signedBySomeoneElse = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'txn-authz-challenge+jwt' })
    .sign(privateKey)
  const dearer = { ...claims, authorization_details: [{ ...claims.authorization_details[0], maxAmount: 999_999 }] }
  const bad: Record<string, string> = {
    edited: `${header}.${encoded(dearer)}.${signature}`,
    'signed by someone else': signedBySomeoneElse,
    'of a resource server that is not known': `${header}.${encoded({ ...claims, iss: 'https://evil.example/mcp' })}.${signature}`,
    unsigned: `${encoded({ alg: 'none', typ: 'txn-authz-challenge+jwt' })}.${payload}.`,
    'no JWS': 'x'
  }
  const statuses: Record<string, number> = {}
  for (const [name, challenge] of Object.entries(bad)) {
    statuses[name] = (await post(endpoint, { transaction_challenge: challenge, client_id: CLIENT })).status
  }
  t.strictSame(statuses, Object.fromEntries(Object.keys(bad).map(name => [name, 400])))
  t.equal((await post(endpoint, { transaction_challenge: good })).status, 401, 'a client says who it is')
  const started = await post(endpoint, { transaction_challenge: good, client_id: CLIENT })
  t.match(started, { status: 200, body: { authorization_uri: new RegExp(`^${issuer}/transaction/`) } })
  t.equal((await post(endpoint, { transaction_challenge: good, client_id: CLIENT })).status, 400, 'once')
  const id = started.body['transaction_authorization_id'] ?? ''
  const page = started.body['authorization_uri'] ?? ''
  const polled = () => post(endpoint, { transaction_authorization_id: id, client_id: CLIENT })
  t.match(await polled(), { status: 400, body: { error: 'authorization_pending' } })
  t.match(await post(endpoint, { transaction_authorization_id: id, client_id: 'other' }), { status: 401 })
  t.equal((await post(page, { loginId: 'inga', password: 'wrong', authorized: 'Authorize' })).status, 400)
  t.equal((await post(page, { authorized: 'Authorize' })).status, 400, 'the address of the page is no authority')
  await post(page, { denied: 'Deny' })
  t.equal((await post(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize' })).status, 400, 'decided is decided')
  t.match(await polled(), { status: 400, body: { error: 'access_denied' } })
  t.match(await polled(), { status: 400, body: { error: 'expired_token' } })
})
