// What a token exchange must not bring along: a token for the gateway itself, a refresh token, text of the authorization server; and tokens
// that are not exchanged at all.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { createBoundKey, proofOf } from '../support/bound-token-gateway.ts'
import { createCertificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import { EXCHANGE_RESOURCE, startExchangeGateway, TOKEN_EXCHANGE } from '../support/exchange-gateway.ts'
import { exchanged } from '../support/exchange-server.ts'

const BALANCE = 'pay_get_balance'
const codeOf = (body: unknown) => (body as { error?: { data?: { code?: string } } }).error?.data?.code
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwtFor = (aud: unknown) => `${encoded({ alg: 'ES256' })}.${encoded({ iss: 'https://as.example', sub: '9', aud })}.c2lnbmF0dXJl`

t.test('a JWT whose audience is the gateway is refused: the other server could call it', async t => {
  covers('delegation.not-for-the-gateway')
  const each = collected(t)
  const { server, issue, client, stub, events } = await startExchangeGateway(t)
  const cases: ReadonlyArray<readonly [token: string, status: number]> = [
    [jwtFor(EXCHANGE_RESOURCE), 502], [jwtFor(['https://payments.example/mcp', EXCHANGE_RESOURCE]), 502],
    [jwtFor('https://payments.example/mcp'), 200], [jwtFor([]), 200], [jwtFor(5), 200], [jwtFor(undefined), 200],
    ['not.a-jwt.at-all', 200], [`${encoded([])}.${encoded('text')}.x`, 200], ['a..b', 200]
  ]
  for (const [token, status] of cases) {
    server.answer = form => exchanged(form, { access_token: token })
    const before = stub.calls.length
    each.equal((await client(issue()).callTool(BALANCE)).status, status, token)
    each.equal(stub.calls.length - before, status === 200 ? 1 : 0, token)
  }
  each.match(events.filter(event => event.kind === 'exchange' && event.outcome === 'unusable'), [{ reason: 'own-audience' }, {}])
  each.end()
  const asked = await startExchangeGateway(t, { exchange: { ...TOKEN_EXCHANGE, audience: EXCHANGE_RESOURCE } })
  asked.server.answer = form => exchanged(form, { access_token: jwtFor(EXCHANGE_RESOURCE) })
  t.equal((await asked.client(asked.issue()).callTool(BALANCE)).status, 200, 'a configuration that asks for it means it')
})

t.test('the reply is used for its access token alone, however long it says that it lives', async t => {
  covers('delegation.kept-within-its-life', 'delegation.reply-judged-strictly')
  const { server, issue, client, shown, clock } = await startExchangeGateway(t)
  const token = issue()
  const more = { refresh_token: 'refreshing', id_token: 'id', expires_in: 1e300, token_type: 'bEaReR' }
  server.answer = form => exchanged(form, { access_token: 'first', ...more })
  t.equal((await client(token).callTool(BALANCE)).status, 200)
  clock.advance(301_000)
  server.answer = form => exchanged(form, { access_token: 'second' })
  t.equal((await client(token).callTool(BALANCE)).status, 200)
  t.strictSame(shown(), ['first', 'second'])
  t.strictSame([...new Set(server.exchanges.map(form => form.get('grant_type')))], ['urn:ietf:params:oauth:grant-type:token-exchange'])
  t.notMatch(JSON.stringify(server.exchanges.map(String)), 'refreshing')
})

t.test('text of a token endpoint is in no answer and no event: it may hold the token that it was sent', async t => {
  covers('delegation.refusals-tell-whose-fault')
  const each = collected(t)
  const { server, issue, client, events } = await startExchangeGateway(t)
  for (const status of [200, 302, 400, 401, 403, 404, 429, 500, 503]) {
    const token = issue()
    const said = { error: `bad ${token}`, error_description: `no ${token}`, error_uri: `https://as.example/${token}`, access_token: [token] }
    server.answer = () => ({ status, body: said, headers: { location: `https://as.example/${token}`, 'x-token': token, 'retry-after': token } })
    const { body, headers } = await client(token).callTool(BALANCE)
    each.notOk(JSON.stringify([body, headers, events]).includes(token), String(status))
    each.match(codeOf(body), /^GW_TOKEN_EXCHANGE_/, String(status))
  }
  each.end()
})

t.test('a token that is bound to a key is not exchanged, and the authorization server is not asked', async t => {
  covers('delegation.bound-tokens-stay')
  const { app, server, issue, stub, clock } = await startExchangeGateway(t, { config: { dpop: { mode: 'accepted' } } })
  const key = await createBoundKey()
  const token = issue({ cnf: key.cnf, token_type: 'DPoP' })
  const call = async (authorization: string, proof: object) => app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { authorization, ...proof, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: BALANCE, arguments: {} } }
  })
  const answer = await call(`DPoP ${token}`, { dpop: proofOf(key, token, clock, { htu: EXCHANGE_RESOURCE }) })
  t.equal(answer.statusCode, 502, answer.body)
  t.equal(codeOf(answer.json()), 'GW_TOKEN_EXCHANGE_REFUSED')
  t.equal((await call(`Bearer ${token}`, {})).statusCode, 401)
  t.equal((await call(`Bearer ${issue()}`, {})).statusCode, 200)
  t.strictSame([server.exchanges.length, stub.calls.length], [1, 1])
})

t.test('a token that is bound to a certificate is not exchanged either', async t => {
  covers('delegation.bound-tokens-stay')
  const { app, server, issue } = await startExchangeGateway(t, {
    config: { mutualTls: { header: 'Client-Cert', trustedProxies: ['10.0.0.0/8'] } }
  })
  const { der, thumbprint } = createCertificate('client')
  const call = async (token: string) => app.inject({
    method: 'POST',
    url: '/mcp',
    remoteAddress: '10.1.2.3',
    headers: {
      authorization: `Bearer ${token}`,
      'client-cert': `:${der.toString('base64')}:`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream'
    },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: BALANCE, arguments: {} } }
  })
  const bound = await call(issue({ cnf: { 'x5t#S256': thumbprint } }))
  t.strictSame([bound.statusCode, codeOf(bound.json())], [502, 'GW_TOKEN_EXCHANGE_REFUSED'])
  t.equal(server.exchanges.length, 0)
  t.equal((await call(issue())).statusCode, 200, 'a certificate beside a token that is not bound changes nothing')
  t.equal(server.exchanges.length, 1)
})
