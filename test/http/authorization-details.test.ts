// Rich authorization requests over HTTP: what is published of the types, how a refusal says what would be enough, how it
// is followed through the log, how a token is explained, and how fresh an answer must be.

import Fastify from 'fastify'
import t from 'tap'
import { refundOrder } from '../../docs/examples/refund-limit.ts'
import { mcpResourceGateway, parseConfig } from '../../src/index.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, challengeOf, limitedTo, post, READ, RESOURCE, TOKENS, WRITE, type CallAnswer } from '../support/gateway.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

interface Remediation { readonly authorization_details: ReadonlyArray<Record<string, unknown>>, readonly authorization_reference: string }
interface Envelope { readonly reason: string, readonly authorizationContextId: string, readonly credentialDisposition: string, readonly remediationHints: readonly unknown[] }

const reserve = (seats: number, more: Record<string, unknown> = {}) => ({ tool: 'reserve_ticket', args: { ticket_id: 2, seats, ...more } })
const CONTEXT_ID = 'io.modelcontextprotocol/authorization-context-id'

function remediationOf (answer: Pick<CallAnswer, 'headers'>): Remediation {
  const { authorization_remediation: value = '' } = challengeOf(answer)
  return JSON.parse(Buffer.from(value, 'base64url').toString()) as Remediation
}

function envelopeOf ({ body }: CallAnswer): Envelope {
  return body.error?.data?.['authorization'] as Envelope
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

t.test('refusal — the challenge carries the smallest details that would do, the body the same as an envelope', async t => {
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
  t.match(envelopeOf(answer), { reason: 'insufficient_authorization', authorizationContextId: /^[0-9a-f-]{36}$/, credentialDisposition: 'additional' })
  t.strictSame(envelopeOf(answer).remediationHints, [{ type: 'oauth_authorization_details', authorization_details: details }])

  gateway.tokens.set('token-remedied', activeToken({ authorization_details: details }))
  t.equal((await call(gateway, { token: 'token-remedied', ...reserve(2) })).status, 200, 'and these details are enough')
})

t.test('refusal — absent or unusable details ask for a replacement, too small ones for additional details', async t => {
  const gateway = await buildGateway(t, {
    config: { policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'draft' } },
    tokens: {
      'token-unreadable': activeToken({ authorization_details: 'a string' }),
      'token-unknown-member': activeToken(limitedTo(99_000, { surprise: 1 })),
      'token-empty': activeToken({ authorization_details: [] })
    }
  })
  for (const [token, disposition] of [['token-full', 'replacement'], ['token-unreadable', 'replacement'], ['token-unknown-member', 'replacement'], ['token-empty', 'replacement'], ['token-limited', 'additional']] as const) {
    const answer = await call(gateway, { token, ...reserve(2) })
    t.equal(answer.status, 403, token)
    t.equal(envelopeOf(answer).credentialDisposition, disposition, token)
    t.equal(remediationOf(answer).authorization_details[0]?.['maxAmount'], 16_000)
  }
})

t.test('reference — the same for equal details, whoever asks and whichever replica answers; another for others', async t => {
  covers('policy.reference-stable')
  const tokens = { 'token-other-limited': activeToken({ sub: '2001', client_id: 'client-2', ...limitedTo(1) }) }
  const [one, replica, other] = [
    await buildGateway(t, { tokens }), await buildGateway(t, { tokens }),
    await buildGateway(t, { tokens, config: { authorizationServer: { issuer: 'http://localhost:9000', introspection: { clientId: 'mcp-server', clientSecret: 'another-secret-altogether' } } } })
  ]
  const reference = async (gateway: typeof one, token: string, seats: number) => remediationOf(await call(gateway, { token, ...reserve(seats) })).authorization_reference
  const mine = await reference(one, 'token-limited', 2)
  t.equal(await reference(one, 'token-other-limited', 2), mine)
  t.equal(await reference(replica, 'token-limited', 2), mine)
  t.not(await reference(one, 'token-limited', 3), mine)
  t.not(await reference(other, 'token-limited', 2), mine, 'without the key nobody can compute it')
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
  const explained = await call(gateway, { token: 'token-limited', tool: 'explain_authorization', args: { tool: 'reserve_ticket', arguments: { ticket_id: 2, seats: 2 } } })
  t.notMatch(explained.text, '16000', 'an explanation offers none either')
})

t.test('context id — given with a refusal, echoed by the retry, and logged with both', async t => {
  covers('http.context-id-correlates')
  for (const era of ['legacy', 'modern'] as const) {
    const gateway = await buildGateway(t)
    const refused = await call(gateway, { token: 'token-limited', era, ...reserve(2) })
    const { authorizationContextId } = envelopeOf(refused)
    await call(gateway, { token: 'token-full', era, ...reserve(2), meta: { [CONTEXT_ID]: authorizationContextId } })
    await call(gateway, { token: 'token-full', era, ...reserve(1), meta: { [CONTEXT_ID]: 'a line\nof my own' } })
    const again = envelopeOf(await call(gateway, { token: 'token-limited', era, ...reserve(2) }))
    t.not(again.authorizationContextId, authorizationContextId, 'one for each refusal')
    t.match(gateway.decisions(), [
      { granted: false, reason: 'insufficient-authorization', remark: 'insufficient:maxAmount', contextId: authorizationContextId },
      { granted: true, retryOf: authorizationContextId },
      { granted: true },
      { contextId: again.authorizationContextId }
    ])
    t.notOk('retryOf' in (gateway.decisions()[2] ?? {}), 'what is no context id is not repeated')
  }
})

t.test('trace — a refused call is logged check by check, without claims, arguments or amounts', async t => {
  covers('policy.explanation-agrees-with-decision')
  const gateway = await buildGateway(t, { tokens: { 'token-two': activeToken({ authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 4321 }, { type: 'ticket-reservation', actions: ['book'], maxAmount: 77_777, secretMember: 'secret value' }] }) } })
  await call(gateway, { token: 'token-two', ...reserve(2) })
  await call(gateway, { token: 'token-read', ...reserve(2) })
  await call(gateway, { token: 'token-full', ...reserve(1) })
  const [details, scope, allowed] = gateway.decisions()
  t.strictSame(details?.['decision'], {
    verdict: 'denial',
    checks: { scope: 'passed', 'authentication-level': 'not-needed', 'authorization-details': 'failed', freshness: 'not-reached' },
    problem: 'unreadable',
    elements: [{ index: 0, verdict: 'insufficient', member: 'maxAmount' }, { index: 1, verdict: 'unreadable', member: '(undeclared)' }]
  })
  t.match(scope?.['decision'], { verdict: 'denial', checks: { scope: 'failed', 'authorization-details': 'not-reached' }, missingScopes: [WRITE] })
  t.equal(allowed?.['decision'], undefined)
  t.notMatch(gateway.log(), /4321|77777|16000|secretMember|secret value|token-two/)

  const all = await buildGateway(t, { config: { log: { level: 'info', decisionTrace: 'all' } } })
  await call(all, { token: 'token-limited', ...reserve(1) })
  t.match(all.decisions()[0]?.['decision'], { verdict: 'permit', checks: { 'authorization-details': 'passed', freshness: 'passed' } })
  const none = await buildGateway(t, { config: { log: { level: 'info', decisionTrace: 'off' } } })
  await call(none, { token: 'token-limited', ...reserve(9) })
  t.equal(none.decisions()[0]?.['decision'], undefined)
})

interface Explained {
  readonly scopes: readonly string[]
  readonly answer_age_seconds: number
  readonly tools: ReadonlyArray<{ readonly tool: string, readonly verdict: string, readonly reason?: string, readonly checks: ReadonlyArray<{ readonly check: string, readonly outcome: string }>, readonly limits: ReadonlyArray<{ readonly says: readonly string[] }>, readonly remedy?: unknown, readonly arguments_problem?: string }>
}

t.test('explain — says of a call what would come of it, without making it', async t => {
  covers('policy.explanation-agrees-with-decision')
  const gateway = await buildGateway(t)
  const explain = async (token: string, args: object) => (await call(gateway, { token, tool: 'explain_authorization', args })).body.result
  const about = async (token: string, tool: string, args?: object) => ((await explain(token, { tool, ...(args === undefined ? {} : { arguments: args }) }))?.structuredContent as unknown as Explained).tools[0]

  await explain('token-limited', {})
  gateway.clock.advance(1000)
  const tooMuch = await about('token-limited', 'reserve_ticket', { ticket_id: 2, seats: 2 })
  t.match(tooMuch, { verdict: 'denial', reason: 'insufficient-authorization', remedy: [{ maxAmount: 16_000, ticketIds: [2] }] })
  t.strictSame(tooMuch?.limits, [{ element: 0, says: ['Allowed actions: book, cancel', 'Highest amount of one reservation: ¥10,000', 'Currency: JPY'] }])
  t.match(await about('token-limited', 'reserve_ticket', { ticket_id: 2, seats: 1 }), { verdict: 'needs-fresh', remedy: undefined })
  t.match(await about('token-limited', 'reserve_ticket'), { verdict: 'depends-on-arguments' })
  t.match(await about('token-limited', 'reserve_ticket', { ticket_id: 2, seats: -1 }), { verdict: 'depends-on-arguments', arguments_problem: /^Invalid arguments: seats/ })
  t.match(await about('token-limited', 'list_tickets'), { verdict: 'permit' })
  t.same(await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }), [])

  const withoutScope = await about('token-read', 'reserve_ticket', { ticket_id: 2, seats: 2 })
  t.match(withoutScope, { verdict: 'denial', reason: 'insufficient-scope', checks: [{ outcome: 'failed' }, { outcome: 'not-reached' }, { outcome: 'not-reached' }, { outcome: 'not-reached' }] })
  t.notOk('remedy' in (withoutScope ?? {}), 'a price is not told to those who may not ask for it')

  const everything = (await explain('token-no-scope', {}))?.structuredContent as unknown as Explained
  t.strictSame(everything.tools.map(({ tool, verdict }) => `${tool} ${verdict}`), [
    'list_tickets denial', 'search_tickets denial', 'reserve_ticket denial', 'cancel_reservation denial', 'get_user_reservations denial', 'explain_authorization permit'
  ])
  t.strictSame(everything.scopes, ['openid'])
  t.match((await explain('token-limited', { tool: 'reserve_ticket', arguments: { ticket_id: 2, seats: 2 } }))?.content[0]?.text, 'reserve_ticket: refused: insufficient-authorization')
})

t.test('explain — answers for a tool that is hidden, unknown, or asked about without a good token, as for none', async t => {
  const gateway = await buildGateway(t, { config: { tools: { visibility: 'permitted' } } })
  const ask = (token: string, tool: string) => call(gateway, { token, tool: 'explain_authorization', args: { tool } })
  const [hidden, unknown] = [await ask('token-read', 'reserve_ticket'), await ask('token-read', 'no_such_tool')]
  t.equal(hidden.text, unknown.text)
  t.equal(hidden.body.result?.isError, true)
  t.match((await call(gateway, { token: 'token-read', tool: 'explain_authorization' })).body.result?.structuredContent, { tools: [{ tool: 'list_tickets' }, { tool: 'search_tickets' }, { tool: 'get_user_reservations' }, { tool: 'explain_authorization' }] })
  t.equal((await ask('token-inactive', 'list_tickets')).status, 401)
  t.equal((await ask('token-wrong-audience', 'list_tickets')).status, 401)
})

t.test('explain — tells neither the token nor anything about another person, in both languages', async t => {
  const secret = 'token-5ecret-0123456789'
  const gateway = await buildGateway(t, { config: { tools: { locale: 'ja' } }, tokens: { [secret]: activeToken({ sub: 'subject-of-inga', ...limitedTo(10_000), name: 'Inga' }) } })
  await call(gateway, { token: 'token-other-person', ...reserve(1) })
  const { text } = await call(gateway, { token: secret, tool: 'explain_authorization' })
  t.match(text, '引数による')
  t.notMatch(text, /5ecret|subject-of-inga|Inga|2001|client-2/)
  t.notMatch(gateway.log(), /5ecret|subject-of-inga/)
})

t.test('explain — says how old the answer of the authorization server is', async t => {
  const gateway = await buildGateway(t)
  const explain = async () => ((await call(gateway, { token: 'token-full', tool: 'explain_authorization', args: { tool: 'list_tickets' } })).body.result?.structuredContent as unknown as Explained).answer_age_seconds
  t.equal(await explain(), 0)
  gateway.clock.advance(12_000)
  t.equal(await explain(), 12)
})

t.test('freshness — a revoked token is refused at once where something changes, and within the bound elsewhere', async t => {
  covers('policy.fresh-answer-after-arrival', 'auth.revocation-bound-stated')
  const gateway = await buildGateway(t, { config: { cache: { ttlSeconds: 30 } } })
  const token = 'token-full'
  const made = await call(gateway, { token, ...reserve(1) })
  const reservation = made.body.result?.structuredContent?.['reservation'] as { id: number }
  const list = () => call(gateway, { token, tool: 'list_tickets' })
  const revoke = () => gateway.tokens.set(token, { active: false })

  t.equal((await list()).status, 200)
  revoke()
  gateway.clock.advance(29_999)
  t.equal((await list()).status, 200, 'a read, within the bound')
  for (const change of [reserve(1), { tool: 'cancel_reservation', args: { reservation_id: reservation.id } }]) {
    gateway.tokens.set(token, TOKENS[token] ?? {})
    gateway.clock.advance(60_000)
    t.equal((await list()).status, 200)
    revoke()
    gateway.clock.advance(1)
    const refused = await call(gateway, { token, ...change })
    t.equal(refused.status, 401, change.tool)
    t.match(challengeOf(refused), { error: 'invalid_token' })
    t.equal((await list()).status, 401, 'and what was found out counts for the others from then on')
  }

  gateway.tokens.set(token, TOKENS[token] ?? {})
  gateway.clock.advance(60_000)
  await list()
  revoke()
  gateway.clock.advance(30_000)
  t.equal((await list()).status, 401, 'the bound is over')
  t.equal((await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }))[0]?.status, 'active', 'nothing was changed by the refused')
})

t.test('freshness — a wall clock that is set back makes no old answer a live one', async t => {
  covers('policy.fresh-answer-after-arrival')
  const gateway = await buildGateway(t)
  t.equal((await call(gateway, { token: 'token-full', tool: 'list_tickets' })).status, 200)
  gateway.clock.jump(-3_600_000)
  gateway.clock.advance(1)
  gateway.tokens.set('token-full', { active: false })
  t.equal((await call(gateway, { token: 'token-full', ...reserve(1) })).status, 401)
})

t.test('freshness — the scope is looked at before anybody is asked', async t => {
  const gateway = await buildGateway(t, { store: store => ({ ...store, findTicket: () => { throw new Error('not to be asked') } }) })
  t.equal((await call(gateway, { token: 'token-read', ...reserve(1) })).status, 403)
  t.equal(gateway.asked.length, 1)
})

t.test('budget — results say what remains and which element was debited; retries are counted once; a cancellation gives back', async t => {
  covers('tickets.total-across-reservations', 'tickets.idempotency-key')
  const small = { type: 'ticket-reservation', actions: ['book'], maxAmount: 100, currency: 'JPY' }
  const total = { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 8000, maxTotalAmount: 20_000, currency: 'JPY', budgetId: 'b-1' }
  const gateway = await buildGateway(t, { tokens: { 'token-total': activeToken({ authorization_details: [small, total] }) } })
  const token = 'token-total'
  const buy = async (more: object = {}) => (await call(gateway, { token, ...reserve(1, { ...more }) }))

  const first = await buy({ idempotency_key: 'wish-1' })
  t.match(first.body.result?.structuredContent, { repeated: false, authorization: { element: 1, budget: { currency: 'JPY', max_total_amount: 20_000, spent: 8000, remaining: 12_000 } } })
  t.match((await buy({ idempotency_key: 'wish-1' })).body.result?.structuredContent, { repeated: true, authorization: { element: 1, budget: { remaining: 12_000 } } })
  t.match((await buy()).body.result?.structuredContent, { authorization: { budget: { remaining: 4000 } } })

  const exhausted = await buy()
  t.equal(exhausted.status, 403)
  t.strictSame(remediationOf(exhausted).authorization_details, [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, currency: 'JPY', ticketIds: [2] }], 'no total: that is for the person to choose')
  t.match(gateway.decisions().at(-1), { reason: 'insufficient-authorization', remark: 'insufficient:maxTotalAmount', decision: { verdict: 'permit' } })

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
    answersJson({ active: true, sub: '1004', exp: 4_102_444_800, aud: RESOURCE, scope: 'shop:refund', authorization_details: [{ type: 'refund-limit', maxRefund }] })({ method: '', path: '', headers: {}, body, connection: 0 }, response, socket)
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

  const types: Record<string, { schema: { required: string[], additionalProperties: boolean } }> = (await app.inject('/authorization-details-types')).json()
  t.match(types, { 'refund-limit': { version: '1', schema: { required: ['type', 'maxRefund'], additionalProperties: false } } })
  t.match((await app.inject('/docs/mcp')).body, 'One refund may not be above this.')
  t.match((await app.inject('/.well-known/oauth-protected-resource/mcp')).json(), { scopes_supported: ['shop:refund'], authorization_details_types_supported: ['refund-limit'] })
})

t.test('visibility — what a token may not see is not published for everyone either', async t => {
  const { app } = await buildGateway(t, { config: { tools: { visibility: 'permitted' } } })
  t.strictSame((await app.inject('/authorization-details-types')).json(), {})
  t.ok((await app.inject('/.well-known/oauth-protected-resource')).json<Record<string, unknown>>()['scopes_supported'], READ)
})
