// A refusal is explained: in the log by its context id and its trace, to the client by the tool explain_authorization.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, limitedTo, WRITE } from '../support/gateway.ts'
import { reserve } from '../support/reserve-call.ts'

const CONTEXT_ID = 'io.modelcontextprotocol/authorization-context-id'

t.test('context id — the reference of a refusal, echoed by the retry, is logged with both', async t => {
  covers('http.context-id-correlates')
  for (const era of ['legacy', 'modern'] as const) {
    const gateway = await buildGateway(t)
    const refused = await call(gateway, { token: 'token-limited', era, ...reserve(2) })
    const remediation = refused.body.error?.data?.['authorization_remediation'] as { authorization_reference: string }
    const { authorization_reference: reference } = remediation
    await call(gateway, { token: 'token-full', era, ...reserve(2), meta: { [CONTEXT_ID]: reference } })
    await call(gateway, { token: 'token-full', era, ...reserve(1), meta: { [CONTEXT_ID]: 'a line\nof my own' } })
    await call(gateway, { token: 'token-limited', era, ...reserve(3) })
    t.match(gateway.decisions(), [
      { granted: false, reason: 'insufficient-authorization', remark: 'insufficient:maxAmount', contextId: reference },
      { granted: true, retryOf: reference },
      { granted: true },
      { contextId: /^[\w-]{22}$/ }
    ])
    t.not(gateway.decisions()[3]?.['contextId'], reference, 'one for each remedy')
    t.notOk('retryOf' in (gateway.decisions()[2] ?? {}), 'what is no context id is not repeated')
  }
})

t.test('trace — a refused call is logged check by check, without claims, arguments or amounts', async t => {
  covers('policy.explanation-agrees-with-decision')
  const gateway = await buildGateway(t, {
    tokens: {
      'token-two': activeToken({
        authorization_details: [{
          type: 'ticket-reservation',
          actions: ['book'],
          maxAmount: 4321
        }, { type: 'ticket-reservation', actions: ['book'], maxAmount: 77_777, secretMember: 'secret value' }]
      })
    }
  })
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
  t.match(scope?.['decision'],
    { verdict: 'denial', checks: { scope: 'failed', 'authorization-details': 'not-reached' }, missingScopes: [WRITE] })
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
  readonly tools: ReadonlyArray<{
    readonly tool: string
    readonly verdict: string
    readonly reason?: string
    readonly checks: ReadonlyArray<{ readonly check: string, readonly outcome: string }>
    readonly limits: ReadonlyArray<{ readonly says: readonly string[] }>
    readonly remedy?: unknown
    readonly arguments_problem?: string
  }>
}

t.test('explain — says of a call what would come of it, without making it', async t => {
  covers('policy.explanation-agrees-with-decision')
  const gateway = await buildGateway(t)
  const explain = async (token: string, args: object) => (await call(gateway, { token, tool: 'explain_authorization', args })).body.result
  const about = async (token: string, tool: string, args?: object) => ((await explain(token,
    { tool, ...(args === undefined ? {} : { arguments: args }) }))?.structuredContent as unknown as Explained).tools[0]

  await explain('token-limited', {})
  gateway.clock.advance(1000)
  const tooMuch = await about('token-limited', 'reserve_ticket', { ticket_id: 2, seats: 2 })
  t.match(tooMuch, { verdict: 'denial', reason: 'insufficient-authorization', remedy: [{ maxAmount: 16_000, ticketIds: [2] }] })
  t.strictSame(tooMuch?.limits,
    [{ element: 0, says: ['Allowed actions: book, cancel', 'Highest amount of one reservation: ¥10,000', 'Currency: JPY'] }])
  t.match(await about('token-limited', 'reserve_ticket', { ticket_id: 2, seats: 1 }), { verdict: 'needs-fresh', remedy: undefined })
  t.match(await about('token-limited', 'reserve_ticket'), { verdict: 'depends-on-arguments' })
  t.match(await about('token-limited', 'reserve_ticket', { ticket_id: 2, seats: -1 }), { verdict: 'depends-on-arguments', arguments_problem: /^Invalid arguments: seats/ })
  t.match(await about('token-limited', 'list_tickets'), { verdict: 'permit' })
  t.same(await gateway.store.reservationsOf({ issuer: 'http://localhost:9000', subject: '1004' }), [])

  const withoutScope = await about('token-read', 'reserve_ticket', { ticket_id: 2, seats: 2 })
  t.match(withoutScope, {
    verdict: 'denial',
    reason: 'insufficient-scope',
    checks: [{ outcome: 'failed' }, { outcome: 'not-reached' }, { outcome: 'not-reached' }, { outcome: 'not-reached' }]
  })
  t.notOk('remedy' in (withoutScope ?? {}), 'a price is not told to those who may not ask for it')

  const everything = (await explain('token-no-scope', {}))?.structuredContent as unknown as Explained
  t.strictSame(everything.tools.map(({ tool, verdict }) => `${tool} ${verdict}`), [
    'list_tickets denial', 'search_tickets denial', 'reserve_ticket denial', 'cancel_reservation denial', 'get_user_reservations denial',
    'explain_authorization permit'
  ])
  t.strictSame(everything.scopes, ['openid'])
  t.match((await explain('token-limited', { tool: 'reserve_ticket', arguments: { ticket_id: 2, seats: 2 } }))?.content[0]?.text,
    'reserve_ticket: refused: insufficient-authorization')
})

t.test('explain — answers for a tool that is hidden, unknown, or asked about without a good token, as for none', async t => {
  const gateway = await buildGateway(t, { config: { tools: { visibility: 'permitted' } } })
  const ask = (token: string, tool: string) => call(gateway, { token, tool: 'explain_authorization', args: { tool } })
  const [hidden, unknown] = [await ask('token-read', 'reserve_ticket'), await ask('token-read', 'no_such_tool')]
  t.equal(hidden.text, unknown.text)
  t.equal(hidden.body.result?.isError, true)
  t.match((await call(gateway, { token: 'token-read', tool: 'explain_authorization' })).body.result?.structuredContent,
    { tools: [{ tool: 'list_tickets' }, { tool: 'search_tickets' }, { tool: 'get_user_reservations' }, { tool: 'explain_authorization' }] })
  t.equal((await ask('token-inactive', 'list_tickets')).status, 401)
  t.equal((await ask('token-wrong-audience', 'list_tickets')).status, 401)
})

t.test('explain — tells neither the token nor anything about another person, in both languages', async t => {
  const secret = 'token-5ecret-0123456789'
  const gateway = await buildGateway(t, {
    config: { tools: { locale: 'ja' } },
    tokens: { [secret]: activeToken({ sub: 'subject-of-inga', ...limitedTo(10_000), name: 'Inga' }) }
  })
  await call(gateway, { token: 'token-other-person', ...reserve(1) })
  const { text } = await call(gateway, { token: secret, tool: 'explain_authorization' })
  t.match(text, '引数による')
  t.notMatch(text, /5ecret|subject-of-inga|Inga|2001|client-2/)
  t.notMatch(gateway.log(), /5ecret|subject-of-inga/)
})

t.test('explain — says how old the answer of the authorization server is', async t => {
  const gateway = await buildGateway(t)
  const explain = async () => ((await call(
    gateway, { token: 'token-full', tool: 'explain_authorization', args: { tool: 'list_tickets' } }
  )).body.result?.structuredContent as unknown as Explained).answer_age_seconds
  t.equal(await explain(), 0)
  gateway.clock.advance(12_000)
  t.equal(await explain(), 12)
})
