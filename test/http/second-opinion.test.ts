// The second opinion of a policy decision point about calls of own tools: when it is asked, what it is told, and what its answers do.

import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { startDecisionPoint } from '../support/decision-point.ts'
import { envelopeOf } from '../support/reserve-call.ts'
import { activeToken, buildGateway, call, challengeOf, ISSUER, limitedTo, RESOURCE, type GatewayOverrides } from '../support/gateway.ts'
import { seatsOf } from '../support/ticket-calls.ts'

const PEP_TOKEN = 'pep-credential-7f3a9c2e51'
const RESERVE = { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } }

async function questioned (t: Test, overrides: GatewayOverrides = {}, more: object = {}) {
  const point = await startDecisionPoint(PEP_TOKEN)
  const secondOpinion = { url: point.url, bearerToken: PEP_TOKEN, ...more }
  const gateway = await buildGateway(t, { ...overrides, config: { ...overrides.config, policy: { secondOpinion } } })
  t.teardown(() => point.close())
  return { gateway, point }
}

const remedyIn = (value = '') => (JSON.parse(Buffer.from(value, 'base64url').toString()) as { authorization_details: object[] })
  .authorization_details

t.test('asked after the own decision alone — a call that the policy refuses reaches no decision point', async t => {
  covers('opinion.only-permitted-calls')
  const { gateway, point } = await questioned(t)
  const statuses = [
    (await call(gateway, { ...RESERVE, token: 'token-read' })).status,
    (await call(gateway, { ...RESERVE, token: 'token-limited', args: { ticket_id: 1, seats: 9 } })).status,
    (await call(gateway, { ...RESERVE, token: 'token-inactive' })).status,
    (await call(gateway, { ...RESERVE, args: { ticket_id: 1, seats: 'many' } })).status
  ]
  t.strictSame(statuses, [403, 403, 401, 200])
  t.equal(point.asked.length, 0, 'arguments that no tool takes are not asked about either')
  t.equal((await call(gateway, RESERVE)).status, 200)
  t.equal(point.asked.length, 1)
})

t.test('the question — the mapping of COAZ-MCP for tools/call, what the call needs, and no token', async t => {
  covers('opinion.question')
  const { gateway, point } = await questioned(t)
  await call(gateway, { ...RESERVE, token: 'token-limited' })
  const [evaluation] = point.evaluations()
  t.match(evaluation, {
    subject: { type: 'identity', id: '1004', properties: { issuer: ISSUER } },
    action: { name: 'tools/call' },
    resource: {
      type: 'tool',
      id: 'reserve_ticket',
      properties: { server: RESOURCE, authorization_details: [{ type: 'ticket-reservation', maxAmount: Number, currency: 'JPY' }] }
    },
    context: { agent: 'client-1' }
  })
  t.notHas(evaluation?.resource.properties, { arguments: {} }, 'arguments stay here unless configuration sends them')
  const [request] = point.asked
  t.notMatch(`${JSON.stringify(request?.headers)}${request?.body}`, /token-limited/)
  t.equal(request?.headers.authorization, `Bearer ${PEP_TOKEN}`, 'the credential of the gateway itself')
})

t.test('arguments are sent where configuration says so; a client that acts for itself is a subject of another type', async t => {
  covers('opinion.question')
  const { gateway, point } = await questioned(t, {
    tokens: { machine: activeToken({ sub: undefined, client_id: 'robot' }) },
    config: { authorizationServer: { subjectless: 'client' } as never }
  }, { sendArguments: true })
  await call(gateway, { ...RESERVE, token: 'machine' })
  t.match(point.evaluations(), [{
    subject: { type: 'client', id: 'robot' }, resource: { properties: { arguments: RESERVE.args } }, context: { agent: 'robot' }
  }])
})

t.test('a refusal — a result without a remedy, nothing is reserved, and no text of the decision point reaches the client', async t => {
  covers('opinion.may-only-refuse')
  const { gateway, point } = await questioned(t)
  point.decide = () => ({ decision: false, context: { reason_user: 'manager-on-holiday' } })
  const before = await seatsOf(gateway, 1)
  const answer = await call(gateway, RESERVE)
  t.match(answer, { status: 200, body: { result: { isError: true } } })
  t.strictSame(envelopeOf(answer), { reason: 'insufficient_authorization', remediation: 'undisclosed' })
  t.equal(await seatsOf(gateway, 1), before)
  t.notMatch(JSON.stringify(answer), /manager-on-holiday|authorization_remediation/)
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'refused-by-decision-point' })
})

t.test('a remedy with authorization details — passed on, and enough when it is granted', async t => {
  covers('opinion.remedy')
  const { gateway, point } = await questioned(t)
  const remedy = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 500_000, currency: 'JPY', ticketIds: [1] }]
  point.decide = () => ({ decision: false, context: { authorization_details: remedy } })
  const answer = await call(gateway, { ...RESERVE, token: 'token-limited' })
  t.equal(challengeOf(answer)['error'], 'insufficient_authorization')
  t.strictSame(remedyIn(challengeOf(answer)['authorization_remediation']), remedy)
  t.match(gateway.decisions().at(-1), { reason: 'insufficient-authorization', remark: 'second-opinion' })
  gateway.tokens.set('granted', activeToken({ authorization_details: remedy }))
  point.decide = () => ({ decision: true })
  t.equal((await call(gateway, { ...RESERVE, token: 'granted' })).status, 200)
})

t.test('a remedy with an authentication level — 401 with acr_values and max_age (RFC 9470)', async t => {
  covers('opinion.remedy')
  const { gateway, point } = await questioned(t)
  point.decide = () => ({ decision: false, context: { acr_values: 'urn:example:gold urn:example:silver', max_age: 300 } })
  const answer = await call(gateway, RESERVE)
  t.equal(answer.status, 401)
  t.match(challengeOf(answer), {
    error: 'insufficient_user_authentication', acr_values: 'urn:example:gold urn:example:silver', max_age: '300'
  })
})

t.test('remedies that the own policy would not accept are not passed on', async t => {
  covers('opinion.remedy')
  const { gateway, point } = await questioned(t)
  const element = { type: 'ticket-reservation', actions: ['book'], maxAmount: 500_000, currency: 'JPY' }
  const contexts: readonly object[] = [
    { authorization_details: [{ ...element, type: 'payment' }] },
    { authorization_details: [{ ...element, maxAmount: 1 }] },
    { authorization_details: [element, { ...element, unknownMember: true }] },
    { authorization_details: [] },
    { authorization_details: Array.from({ length: 9 }, () => element) },
    { authorization_details: { ...element } },
    { acr_values: ['gold"\r\nx: y'] },
    { acr_values: [] },
    { max_age: -1 },
    { max_age: '300' }
  ]
  const reasons: unknown[] = []
  for (const context of contexts) {
    point.decide = () => ({ decision: false, context: context as never })
    const answer = await call(gateway, { ...RESERVE, token: 'token-limited' })
    reasons.push([envelopeOf(answer)?.remediation, gateway.decisions().at(-1)?.['reason']])
  }
  t.strictSame(reasons, contexts.map(() => ['undisclosed', 'refused-by-decision-point']))
})

t.test('the limits of a token without details are not widened by a remedy', async t => {
  covers('opinion.may-only-refuse')
  const { gateway, point } = await questioned(t, { tokens: { small: activeToken(limitedTo(1)) } })
  point.decide = () => ({ decision: true, context: { authorization_details: [{ type: 'ticket-reservation', maxAmount: 9_999_999 }] } })
  t.equal((await call(gateway, { ...RESERVE, token: 'small' })).status, 403)
  t.equal(point.asked.length, 0)
})
