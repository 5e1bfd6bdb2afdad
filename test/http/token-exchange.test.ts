// Token exchange for calls of another server, through the whole gateway: what the authorization server is asked, what the upstream is
// shown, and for how long a token is kept.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { EXCHANGE_RESOURCE, SIGNED_EXCHANGE, startExchangeGateway, TOKEN_EXCHANGE } from '../support/exchange-gateway.ts'
import { exchanged, startExchangeServer } from '../support/exchange-server.ts'
import { PAYING, TRANSFER } from '../support/gateway-with-upstreams.ts'

const BALANCE = 'pay_get_balance'
const codeOf = (body: unknown) => (body as { error?: { data?: { code?: string } } }).error?.data?.code
const OTHER = { type: 'payment', actions: ['refund'], maxAmount: 90_000, currency: 'JPY' }

t.test('a call is made with a token for the server alone, as narrow as the element that permits it', async t => {
  covers('delegation.narrow-as-the-consent', 'delegation.exchange-request')
  const { server, issue, client, shown } = await startExchangeGateway(t)
  const token = issue({ authorization_details: [OTHER, ...PAYING.authorizationDetails as [], { type: 'unrelated', x: 1 }] as never })
  t.equal((await client(token).callTool('pay_transfer', TRANSFER)).status, 200)
  const [form] = server.exchanges
  t.strictSame(Object.fromEntries(form ?? []), {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    resource: 'https://payments.example/mcp',
    scope: 'payments:all',
    authorization_details: JSON.stringify(PAYING.authorizationDetails)
  })
  t.equal(server.authorization, `Basic ${Buffer.from('gateway:the+secret+of+the+exchange').toString('base64')}`)
  t.match(shown(), [/^exchanged-/])
})

t.test('a tool has scopes of its own, and details are asked for as configuration says', async t => {
  covers('delegation.narrow-as-the-consent')
  const asked = async (authorizationDetails: string) => {
    const tools = { get_balance: { effect: 'read', scopes: ['payments:read'], upstreamScopes: ['balance'] } }
    const exchange = { ...TOKEN_EXCHANGE, audience: 'payments', authorizationDetails }
    const gateway = await startExchangeGateway(t, { exchange, others: { tools } })
    t.equal((await gateway.client(gateway.issue()).callTool(BALANCE)).status, 200)
    const [form] = gateway.server.exchanges
    return ['scope', 'resource', 'audience', 'authorization_details'].map(name => form?.get(name))
  }
  t.strictSame(await asked('all'), ['balance', null, 'payments', JSON.stringify(PAYING.authorizationDetails)])
  t.strictSame(await asked('none'), ['balance', null, 'payments', null])
  t.strictSame(await asked('used-element'), ['balance', null, 'payments', null], 'no element was needed')
})

t.test('a reply that is not exactly what was asked for is refused, and the server is not called (cases 70 and 71)', async t => {
  covers('delegation.reply-judged-strictly')
  const { server, issue, client, stub, clock } = await startExchangeGateway(t)
  const token = issue()
  const each = collected(t)
  for (const others of [
    { access_token: token }, { access_token: ` ${token}\n` }, { access_token: `${token}==` }, { access_token: token.toUpperCase() },
    { access_token: `of.${token}.sent` }, { access_token: 'a'.repeat(20_000) }, { access_token: 'two words' }, { access_token: 'line\r\nend' },
    { access_token: '' }, { access_token: 5 }, { token_type: 'DPoP' }, { token_type: 'N_A' }, { token_type: null },
    { issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag' }, { issued_token_type: null },
    { expires_in: 0 }, { expires_in: -1 }, { expires_in: '3600' }, { expires_in: null }, { token_type: 'mac' }, { token_type: 'Bearer ' },
    { scope: 'payments:all more' }, { scope: 5 }, { authorization_details: null }, { authorization_details: [] },
    { authorization_details: [{ ...PAYING.authorizationDetails?.[0], maxAmount: 90_000 }] },
    { authorization_details: [{ ...PAYING.authorizationDetails?.[0], recipients: ['acct-7'] }] },
    { authorization_details: { ...PAYING.authorizationDetails?.[0] } },
    { authorization_details: [...PAYING.authorizationDetails ?? [], OTHER] }
  ]) {
    server.answer = form => exchanged(form, others as never)
    const { status, body, headers } = await client(token).callTool('pay_transfer', TRANSFER)
    const name = JSON.stringify(others).slice(0, 80)
    each.equal(status, 502, name)
    each.equal(codeOf(body), 'GW_TOKEN_EXCHANGE_UNUSABLE', name)
    each.equal(headers['www-authenticate'], undefined, name)
    clock.advance(3000)
  }
  each.equal(stub.calls.length + stub.lists, 0, 'nothing reached the upstream')
  server.answer = () => ({ body: 'x'.repeat(1_000_000) })
  each.equal(codeOf((await client(token).callTool('pay_transfer', TRANSFER)).body), 'GW_TOKEN_EXCHANGE_UNAVAILABLE', 'a megabyte')
  each.end()
})

t.test('a thousand calls make one exchange, which is kept within every limit of its life (case 72)', async t => {
  covers('delegation.one-exchange', 'delegation.kept-within-its-life')
  const { server, issue, client, clock, shown } = await startExchangeGateway(t, { config: { cache: { ttlSeconds: 60 } } })
  const token = issue()
  const one = client(token)
  const answers = await Promise.all(Array.from({ length: 1000 }, () => one.callTool(BALANCE)))
  t.ok(answers.every(({ status }) => status === 200))
  t.equal(server.exchanges.length, 1)
  t.equal(new Set(shown()).size, 1)
  clock.advance(299_000)
  await one.callTool(BALANCE)
  t.equal(server.exchanges.length, 1)
  clock.advance(2000)
  await one.callTool(BALANCE)
  t.equal(server.exchanges.length, 2, 'cacheSeconds')
  server.answer = form => exchanged(form, { expires_in: undefined } as never)
  clock.advance(301_000)
  await one.callTool(BALANCE)
  clock.advance(59_000)
  await one.callTool(BALANCE)
  t.equal(server.exchanges.length, 3, 'a minute where the reply does not say')
  clock.advance(2000)
  await one.callTool(BALANCE)
  t.equal(server.exchanges.length, 4)
  server.answer = form => exchanged(form, { expires_in: 40 })
  clock.advance(61_000)
  await one.callTool(BALANCE)
  clock.advance(11_000)
  await one.callTool(BALANCE)
  t.equal(server.exchanges.length, 6, 'half a minute before its end')
})

t.test('what two persons, or two tokens of one, may see is never shared', async t => {
  covers('delegation.one-exchange')
  const { server, issue, client, shown } = await startExchangeGateway(t)
  for (const token of [issue(), issue(), issue({ sub: '1005' })]) await client(token).callTool(BALANCE)
  t.equal(server.exchanges.length, 3)
  t.equal(new Set(shown()).size, 3)
})

t.test('a token that is found revoked takes what was derived from it along (case 72)', async t => {
  covers('delegation.revoked-here-dropped-there')
  const { server, issue, client, clock } = await startExchangeGateway(t)
  const token = issue()
  const one = client(token)
  t.equal((await one.callTool(BALANCE)).status, 200)
  server.revoke(token)
  t.equal((await one.callTool(BALANCE)).status, 200, 'within the bound of the cache')
  const fresh = await one.callTool('pay_transfer', TRANSFER)
  t.equal(fresh.status, 401, 'a tool that changes something asks')
  t.equal(fresh.challenge?.['error'], 'invalid_token')
  t.equal((await one.callTool(BALANCE)).status, 401)
  clock.advance(60_000)
  t.equal(server.exchanges.length, 1)
})

t.test('an exchange that was under way when the token was revoked is not used', async t => {
  covers('delegation.revoked-here-dropped-there')
  const { server, issue, client, stub } = await startExchangeGateway(t)
  const token = issue()
  let finish = () => {}
  const arrived = new Promise<void>(resolve => {
    server.answer = form => new Promise(_resolve => {
      finish = () => { _resolve(exchanged(form)) }
      resolve()
    })
  })
  const running = client(token).callTool(BALANCE)
  await arrived
  server.revoke(token)
  t.equal((await client(token).callTool('pay_transfer', TRANSFER)).status, 401)
  finish()
  t.equal((await running).status, 401)
  t.equal(stub.calls.length, 0)
})

t.test('each person is exchanged at the server that issued the token, and nowhere else (case 73)', async t => {
  covers('delegation.own-issuer-only')
  const second = await startExchangeServer(t, { audience: EXCHANGE_RESOURCE })
  const { server, issue, client } = await startExchangeGateway(t, { exchange: SIGNED_EXCHANGE, further: [second] })
  const claims = { scope: 'payments:read' }
  t.equal((await client(issue()).callTool(BALANCE)).status, 200)
  t.strictSame([server.exchanges.length, second.exchanges.length], [1, 0])
  const other = second.issue(claims)
  t.equal((await client(other).callTool(BALANCE)).status, 200)
  t.strictSame([server.exchanges.length, second.exchanges.length], [1, 1])
  t.equal(second.exchanges[0]?.get('subject_token'), other)
  t.match(second.exchanges[0]?.get('client_assertion'), /^eyJ/)
  const [, assertion = ''] = second.exchanges[0]?.get('client_assertion')?.split('.') ?? []
  t.match(JSON.parse(Buffer.from(assertion, 'base64url').toString()), { aud: second.issuer, iss: 'gateway' })
})

t.test('an exchange at one named server refuses the tokens of others', async t => {
  covers('delegation.own-issuer-only')
  const second = await startExchangeServer(t, { audience: EXCHANGE_RESOURCE })
  const { issue, client, server } = await startExchangeGateway(t, {
    exchange: { ...TOKEN_EXCHANGE, issuer: second.issuer }, further: [second]
  })
  const answer = await client(issue()).callTool(BALANCE)
  t.equal(codeOf(answer.body), 'GW_TOKEN_EXCHANGE_REFUSED')
  t.equal((await client(second.issue({ scope: 'payments:read' })).callTool(BALANCE)).status, 200)
  t.strictSame([server.exchanges.length, second.exchanges.length], [0, 1])
})

t.test('the gateway authenticates as it does at introspection, in each way', async t => {
  covers('delegation.exchange-request')
  const shown = async (exchange: object) => {
    const { server, issue, client } = await startExchangeGateway(t, { exchange: { scopes: [], ...exchange } })
    t.equal((await client(issue()).callTool(BALANCE)).status, 200)
    const [form] = server.exchanges
    const [, claims] = form?.get('client_assertion')?.split('.') ?? []
    const { aud = null } = claims === undefined ? {} : JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud?: string }
    return {
      header: server.authorization,
      id: form?.get('client_id'),
      secret: form?.get('client_secret'),
      audience: aud?.replace(server.issuer, '') ?? null
    }
  }
  const nothing = { header: undefined, id: null, secret: null, audience: null }
  const clientSecret = { env: 'EXCHANGE_SECRET' }
  const special = Buffer.from('mcp%3Agateway%25%C3%A9:the+secret+of+the+exchange').toString('base64')
  t.strictSame([
    await shown({ clientId: 'mcp:gateway%é', clientSecret }),
    await shown({ clientId: 'g', clientSecret, clientAuthentication: 'client_secret_post' }),
    await shown({ clientId: 'g', clientAuthentication: 'none' }),
    await shown({ ...SIGNED_EXCHANGE, assertionAudience: 'endpoint' }),
    await shown(SIGNED_EXCHANGE)
  ], [
    { ...nothing, header: `Basic ${special}` },
    { ...nothing, id: 'g', secret: 'the secret of the exchange' },
    { ...nothing, id: 'g' },
    { ...nothing, id: 'gateway', audience: '/token' },
    { ...nothing, id: 'gateway', audience: '' }
  ])
})
