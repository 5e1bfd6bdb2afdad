// A gateway as people run it, between the practice server, which exchanges tokens (RFC 8693), and a payments server over HTTP: what each of
// them is shown, and what is left when the person has revoked the token.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { GATEWAY_CLIENT, INTROSPECTION_CLIENT } from '../../src/practice-as/endpoints.ts'
import { createPracticeServer, type PracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE, startGatewayServer } from '../support/gateway-server.ts'
import { monthly, payments } from '../support/paying-gateway.ts'
import { PAYMENT_TOOL, startPaymentsServer } from '../support/payments-server.ts'
import { lockOf } from '../support/upstream-files.ts'

const TRANSFER = { amount: 1_000, currency: 'JPY', to: 'acct-7' }
/** The one that the practice server knows; this upstream gives it members of its own. */
const TYPE = 'ticket-reservation'
const ELEMENT = { ...monthly(5_000, 1_000), type: TYPE }
const OTHER = { ...ELEMENT, maxAmount: 500, maxTotalAmount: 90_000, budgetId: 'b-72' }
const SCOPE = 'payments:send'

async function setting (t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'exchanged-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const server = await startPaymentsServer(t)
  const practice = await createPracticeServer({ upstreams: [{ resource: server.url, scopes: [SCOPE] }] })
  t.teardown(() => practice.close())
  const file = join(folder, 'payments.json')
  const tokenExchange = { clientId: GATEWAY_CLIENT.id, clientSecret: { env: 'EXCHANGE_SECRET' }, scopes: [SCOPE] }
  const files = JSON.stringify({ ...payments(server.url), isolation: 'client', credentials: { tokenExchange } })
  writeFileSync(file, files.replaceAll('"payment":', `"${TYPE}":`).replaceAll('"type":"payment"', `"type":"${TYPE}"`))
  writeFileSync(join(folder, 'payments.lock.json'), lockOf('payments', [PAYMENT_TOOL]))
  const audit = join(folder, 'audit.log')
  const gateway = await startGatewayServer(t, { issuer: practice.issuer, secret: INTROSPECTION_CLIENT.secret }, {
    authorizationServer: {
      introspection: {
        endpoint: `${practice.issuer}/api/introspect`, clientId: INTROSPECTION_CLIENT.id, clientSecret: INTROSPECTION_CLIENT.secret
      }
    },
    upstreams: [file],
    storage: { url: `sqlite:${join(folder, 'gateway.db')}` },
    audit: { file: audit },
    metrics: { enabled: true, host: '127.0.0.1', port: 0 },
    tools: { builtIn: [] }
  }, { EXCHANGE_SECRET: GATEWAY_CLIENT.secret })
  return { gateway, practice, server, audit }
}

async function introspected ({ issuer }: PracticeServer, token: string): Promise<unknown> {
  const credentials = Buffer.from(`${INTROSPECTION_CLIENT.id}:${INTROSPECTION_CLIENT.secret}`).toString('base64')
  const response = await fetch(`${issuer}/api/introspect`, {
    method: 'POST', body: new URLSearchParams({ token }), headers: { authorization: `Basic ${credentials}` }
  })
  return response.json()
}

t.test('the payments server is shown a narrow token, never that of the client, nothing after a revocation (cases 69, 72, 75)', async t => {
  covers('delegation.narrow-as-the-consent', 'delegation.no-token-upstream', 'delegation.revoked-here-dropped-there')
  const { gateway, practice, server, audit } = await setting(t)
  const mint = () => practice.mintToken(
    { subject: '1004', scope: 'mcp:tickets:write', resource: RESOURCE, authorizationDetails: [OTHER, ELEMENT] }
  )
  const token = await mint()
  const pay = (more: JsonObject = {}, presented = token) => gateway.call('pay_transfer', { ...TRANSFER, ...more }, { token: presented })
  const answers = [await pay(), await pay()]
  t.strictSame(answers.map(({ status }) => status), [200, 200], JSON.stringify(answers.map(({ body }) => body)))
  const shown = [...new Set(server.requests.map(({ authorization = '' }) => authorization))]
  t.equal(shown.length, 1, 'one exchange for both calls')
  const [, exchanged = ''] = /^Bearer (.+)$/.exec(shown[0] ?? '') ?? []
  t.not(exchanged, token)
  const introspection = await introspected(practice, exchanged) as JsonObject
  t.match(introspection, { active: true, sub: '1004', aud: server.url, scope: SCOPE, act: { sub: GATEWAY_CLIENT.id } })
  t.strictSame(introspection['authorization_details'], [ELEMENT], 'the element that permits these payments, and no other')
  t.strictSame(server.requests.filter(({ text }) => text.includes(token)), [])

  const refused = await pay({ amount: 1_001 })
  t.equal(refused.status, 403)
  const before = server.requests.length
  await practice.revokeToken(token)
  const revoked = await pay()
  t.equal(revoked.status, 401)
  t.equal(server.requests.length, before, 'the exchanged token is not used any more')
  const again = await mint()
  t.equal((await pay({}, again)).status, 200)
  t.not(server.requests.at(-1)?.authorization, shown[0], 'another token of the person is exchanged for another')

  const pages = await Promise.all(['/', '/policy', '/ready', '/.well-known/oauth-protected-resource/mcp'].map(async path => {
    return (await fetch(`${gateway.origin}${path}`, { headers: { connection: 'close' } })).text()
  }))
  const { port } = await gateway.logs('metrics') as { port?: number }
  const metrics = await (await fetch(`http://127.0.0.1:${port ?? 0}/metrics`, { headers: { connection: 'close' } })).text()
  t.match(metrics, /mcp_gateway_ledger_calls_total\{[^}]*upstream="payments"/)
  gateway.program.signal('SIGTERM')
  await gateway.program.ended
  const said = [
    metrics, ...gateway.program.lines, ...pages, readFileSync(audit, 'utf8'),
    ...[...answers, refused, revoked].map(({ body, headers }) => JSON.stringify([body, [...headers]]))
  ].join('\n')
  const last = server.requests.at(-1)?.authorization?.slice('Bearer '.length) ?? ''
  t.strictSame([GATEWAY_CLIENT.secret, token, again, exchanged, last].map(secret => [secret.length > 10, said.includes(secret)]),
    Array.from({ length: 5 }, () => [true, false]), 'no log, page, answer or audit line has a secret')
})
