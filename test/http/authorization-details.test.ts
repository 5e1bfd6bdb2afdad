// Rich authorization requests (RFC 9396) over HTTP: what is published of the types, how a refusal says what would be enough, and budgets.

import Fastify from 'fastify'
import t from 'tap'
import { refundOrder } from '../../docs/examples/refund-limit.ts'
import { mcpResourceGateway, parseConfig } from '../../src/index.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'
import {
  activeToken, buildGateway, call, challengeOf, limitedTo, post, READ, RESOURCE, WRITE, type CallAnswer
} from '../support/gateway.ts'
import { reserve } from '../support/reserve-call.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

interface Remediation { readonly authorization_details: ReadonlyArray<Record<string, unknown>>, readonly authorization_reference: string }

function remediationOf (answer: Pick<CallAnswer, 'headers'>): Remediation {
  const { authorization_remediation: value = '' } = challengeOf(answer)
  return JSON.parse(Buffer.from(value, 'base64url').toString()) as Remediation
}

t.test('details types — published with their schema, for everyone, under the resource and at the root', async t => {
  covers('policy.types-metadata')
  const { app } = await buildGateway(t)
  for (const url of ['/authorization-details-types', '/authorization-details-types/mcp']) {
    const response = await app.inject({ url, headers: { origin: 'https://client.example', host: 'evil.example' } })
    t.equal(response.statusCode, 200)
    t.match(response.headers, { 'content-type': /^application\/json/, 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=3600' })
    t.strictSame(response.json(), {
      'ticket-reservation': { ...JSON.parse(JSON.stringify(ticketReservation.metadata)) as object, documentation_uri: 'http://localhost:3443/docs/mcp' }
    })
  }
  const metadata: Record<string, unknown> = (await app.inject('/.well-known/oauth-protected-resource/mcp')).json()
  t.equal(metadata['authorization_details_types_metadata_endpoint'], 'http://localhost:3443/authorization-details-types/mcp')
})

t.test('page — says what each member of each type limits, and where the schema is', async t => {
  const { app } = await buildGateway(t)
  const { body } = await app.inject('/docs/mcp')
  for (const { name, description } of ticketReservation.memberTable('en')) {
    t.match(body, `<td><code>${name}</code></td>`)
    t.match(body, description.replaceAll("'", '&#39;'))
  }
  t.match(body, 'href="http://localhost:3443/authorization-details-types/mcp"')
  const japanese = await buildGateway(t, { config: { tools: { locale: 'ja' } } })
  t.match((await japanese.app.inject('/docs/mcp')).body, ticketReservation.memberTable('ja')[1]?.description ?? 'nothing')
})

t.test('revocation bound — stated in the metadata and on the policy page', async t => {
  covers('auth.revocation-bound-stated')
  const { app } = await buildGateway(t, { config: { cache: { ttlSeconds: 45 } } })
  t.match((await app.inject('/.well-known/oauth-protected-resource')).json(), { mcp_resource_gateway_revocation_bound_seconds: 45 })
  t.match((await app.inject('/policy/mcp')).body, 'at most 45 seconds')
})

t.test('refusal — the challenge carries the smallest details that would do, the body the same decoded, and no envelope', async t => {
  covers('policy.remedy-suffices', 'http.refusal-with-remedy')
  const gateway = await buildGateway(t)
  const answer = await call(gateway, { token: 'token-limited', ...reserve(2) })
  t.equal(answer.status, 403)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.match(challengeOf(answer), { error: 'insufficient_authorization', scope: WRITE, resource_metadata: 'http://localhost:3443/.well-known/oauth-protected-resource/mcp' })
  t.match(challengeOf(answer)['authorization_remediation'], /^[A-Za-z0-9_-]+$/, 'base64url without padding')

  const { authorization_details: details, authorization_reference: reference, ...others } = remediationOf(answer)
  t.strictSame(others, {}, 'two members and no more')
  t.strictSame(details, [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 16_000, currency: 'JPY', ticketIds: [2] }])
  t.match(reference, /^[A-Za-z0-9_-]{22}$/)
  const { data } = answer.body.error ?? {}
  t.strictSame(data?.['authorization_remediation'], { authorization_details: details, authorization_reference: reference })
  t.notOk('authorization' in (data ?? {}))

  gateway.tokens.set('token-remedied', activeToken({ authorization_details: details }))
  t.equal((await call(gateway, { token: 'token-remedied', ...reserve(2) })).status, 200, 'and these details are enough')
})

t.test('refusal — the former form says whether absent, unusable or too small details are to be replaced', async t => {
  covers('http.former-denial-envelope')
  const gateway = await buildGateway(t, {
    config: { policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'sep-2643-2026-05' } },
    tokens: {
      'token-unreadable': activeToken({ authorization_details: 'a string' }),
      'token-unknown-member': activeToken(limitedTo(99_000, { surprise: 1 })),
      'token-empty': activeToken({ authorization_details: [] })
    }
  })
  for (const [token, disposition] of [['token-full', 'replacement'], ['token-unreadable', 'replacement'],
    ['token-unknown-member', 'replacement'], ['token-empty', 'replacement'], ['token-limited', 'additional']] as const) {
    const answer = await call(gateway, { token, ...reserve(2) })
    t.equal(answer.status, 403, token)
    t.match(answer.body.error?.data?.['authorization'], {
      credentialDisposition: disposition, remediationHints: [{ type: 'oauth_authorization_details' }]
    }, token)
    t.equal(remediationOf(answer).authorization_details[0]?.['maxAmount'], 16_000)
  }
})

t.test('reference — the same for equal details, whoever asks and whichever replica answers; another for others', async t => {
  covers('policy.reference-stable')
  const tokens = { 'token-other-limited': activeToken({ sub: '2001', client_id: 'client-2', ...limitedTo(1) }) }
  const withSecret = async (referenceSecret?: string) => {
    const secret = referenceSecret === undefined ? {} : { referenceSecret }
    return buildGateway(t, { tokens, config: { policy: { remediation: 'draft', ...secret } } })
  }
  const shared = 'one-4f7a9c-shared-by-all-replicas-of-this-gateway'
  const [one, replica, other, anotherStart] = [await withSecret(shared), await withSecret(shared), await withSecret(), await withSecret()]
  const reference = async (gateway: typeof one, token: string, seats: number) =>
    remediationOf(await call(gateway, { token, ...reserve(seats) })).authorization_reference
  const mine = await reference(one, 'token-limited', 2)
  t.equal(await reference(one, 'token-other-limited', 2), mine)
  t.equal(await reference(replica, 'token-limited', 2), mine)
  t.not(await reference(one, 'token-limited', 3), mine)
  t.not(await reference(other, 'token-limited', 2), mine, 'without the key it cannot be computed, the introspection secret is not it')
  t.not(await reference(other, 'token-limited', 2), await reference(anotherStart, 'token-limited', 2))
})

t.test('status — 401 for clients that follow the draft to the letter, and no other difference', async t => {
  const gateway = await buildGateway(t, { config: { policy: { remediation: 'draft', insufficientAuthorizationStatus: 401 } } })
  const answer = await call(gateway, { token: 'token-limited', ...reserve(2) })
  t.equal(answer.status, 401)
  t.equal(challengeOf(answer)['error'], 'insufficient_authorization')
  t.equal(remediationOf(answer).authorization_details[0]?.['maxAmount'], 16_000)
  t.equal((await call(gateway, { token: 'token-read', ...reserve(2) })).status, 403, 'scope is always a 403')
})

t.test('off — the plain challenge, without a remedy anywhere', async t => {
  const gateway = await buildGateway(t, { config: { policy: { remediation: 'off' } } })
  const answer = await call(gateway, { token: 'token-limited', ...reserve(2) })
  t.equal(answer.status, 403)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.strictSame(Object.keys(challengeOf(answer)), ['realm', 'error', 'error_description', 'resource_metadata', 'scope'])
  t.strictSame(Object.keys(answer.body.error?.data ?? {}), ['error', 'resource_metadata'])
  t.equal(gateway.decisions()[0]?.['contextId'], undefined)
  const explained = await call(gateway,
    { token: 'token-limited', tool: 'explain_authorization', args: { tool: 'reserve_ticket', arguments: { ticket_id: 2, seats: 2 } } })
  t.notMatch(explained.text, '16000', 'an explanation offers none either')
})

t.test('budget — results say what remains and which element was debited; retries are counted once; a cancellation gives back', async t => {
  covers('tickets.total-across-reservations', 'tickets.idempotency-key')
  const small = { type: 'ticket-reservation', actions: ['book'], maxAmount: 100, currency: 'JPY' }
  const total =
    { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 8000, maxTotalAmount: 20_000, currency: 'JPY', budgetId: 'b-1' }
  const gateway = await buildGateway(t, { tokens: { 'token-total': activeToken({ authorization_details: [small, total] }) } })
  const token = 'token-total'
  const buy = async (more: object = {}) => (await call(gateway, { token, ...reserve(1, { ...more }) }))

  const first = await buy({ idempotency_key: 'wish-1' })
  t.match(first.body.result?.structuredContent, {
    repeated: false,
    authorization: { element: 1, budget: { currency: 'JPY', max_total_amount: 20_000, spent: 8000, remaining: 12_000 } }
  })
  t.match((await buy({ idempotency_key: 'wish-1' })).body.result?.structuredContent,
    { repeated: true, authorization: { element: 1, budget: { remaining: 12_000 } } })
  t.match((await buy()).body.result?.structuredContent, { authorization: { budget: { remaining: 4000 } } })

  const exhausted = await buy()
  t.equal(exhausted.status, 403)
  t.strictSame(remediationOf(exhausted).authorization_details, [
    { type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, currency: 'JPY', maxTotalAmount: 8000, ticketIds: [2] }
  ], 'a total for this call alone')
  t.match(gateway.decisions().at(-1),
    { reason: 'insufficient-authorization', remark: 'insufficient:maxTotalAmount', decision: { verdict: 'permit' } })

  const reservation = first.body.result?.structuredContent?.['reservation'] as { id: number }
  const cancelled = await call(gateway, { token, tool: 'cancel_reservation', args: { reservation_id: reservation.id } })
  t.match(cancelled.body.result?.structuredContent, { credited: { amount: 8000, budget: { spent: 8000, remaining: 12_000 } } })
  t.equal((await buy()).status, 200)
})

t.test('a type of one\'s own — one file gives schema, challenge with remedy, page and enforcement', async t => {
  covers('policy.types-metadata', 'policy.remedy-suffices')
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  const limits = new Map<string, unknown>([['small', 1000], ['large', 5000], ['unreadable', '5000']])
  server.on('/introspect', ({ body }, response, socket) => {
    const maxRefund = limits.get(new URLSearchParams(body).get('token') ?? '')
    answersJson({
      active: true,
      sub: '1004',
      exp: 4_102_444_800,
      aud: RESOURCE,
      scope: 'shop:refund',
      authorization_details: [{ type: 'refund-limit', maxRefund }]
    })({ method: '', path: '', headers: {}, body, connection: 0 }, response, socket)
  })
  const refunded: string[] = []
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(mcpResourceGateway, {
    config: parseConfig({
      resource: { identifier: RESOURCE },
      authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'shop', clientSecret: 'a secret of the shop' } },
      policy: { remediation: 'draft' }
    }),
    tools: [refundOrder(async (order, cents) => { refunded.push(`${order} ${cents}`) })],
    server: { name: 'shop', version: '1.0.0' }
  })
  const refund = (token: string, cents: number) => post({ app }, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'refund_order', arguments: { order_id: 'o-1', cents } } }, { authorization: `Bearer ${token}` })

  const refused = await refund('small', 4200)
  t.equal(refused.status, 403)
  t.strictSame(remediationOf(refused).authorization_details, [{ type: 'refund-limit', maxRefund: 4200, currency: 'EUR' }])
  t.equal((await refund('unreadable', 1)).status, 403)
  t.equal((await refund('large', 4200)).status, 200)
  t.strictSame(refunded, ['o-1 4200'])

  const types: Record<string, { schema: { required: string[], additionalProperties: boolean } }> =
    (await app.inject('/authorization-details-types')).json()
  t.match(types, { 'refund-limit': { version: '1', schema: { required: ['type', 'maxRefund'], additionalProperties: false } } })
  t.match((await app.inject('/docs/mcp')).body, 'One refund may not be above this.')
  t.match((await app.inject('/.well-known/oauth-protected-resource/mcp')).json(),
    { scopes_supported: ['shop:refund'], authorization_details_types_supported: ['refund-limit'] })
})

t.test('visibility — what a token may not see is not published for everyone either', async t => {
  const { app } = await buildGateway(t, { config: { tools: { visibility: 'permitted' } } })
  t.strictSame((await app.inject('/authorization-details-types')).json(), {})
  t.ok((await app.inject('/.well-known/oauth-protected-resource')).json<Record<string, unknown>>()['scopes_supported'], READ)
})
