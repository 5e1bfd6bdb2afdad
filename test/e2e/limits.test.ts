// Do limits hold across calls, whoever answers them? Two gateway processes on one database, the practice server, tokens
// of several people, a hundred calls at once.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { openSqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { covers } from '../support/covers.ts'
import { obtainToken, requestToken, RESOURCE } from '../support/practice-client.ts'
import { startProgram } from '../support/processes.ts'
import { programArguments } from '../support/program.ts'
import { auditTickets } from '../support/ticket-audit.ts'

const SCOPE = 'mcp:tickets:read mcp:tickets:write'
const PRICE = 3000

const practice = await createPracticeServer()
t.teardown(practice.close)

interface Budget { readonly spent: number, readonly remaining: number, readonly max_total_amount: number }
interface Answer {
  readonly status: number
  readonly result: {
    readonly reservation: { readonly id: number },
    readonly repeated: boolean,
    readonly authorization?: {
      readonly element: number, readonly budget?: Budget
    },
    readonly credited?: { readonly amount: number, readonly budget: Budget }
  } | undefined
}

interface Pair {
  /** Calls the one gateway or the other, in turns. */
  readonly call: (token: string, tool: string, args: object) => Promise<Answer>
  readonly reserve: (token: string, more?: object) => Promise<Answer>
  readonly cancel: (token: string, reservation: number) => Promise<Answer>
  /** What does not add up in the database. */
  readonly audit: () => readonly string[]
}

/** Ticket 3 costs 3,000 yen, and has a hundred seats. */
async function startPair (t: Test): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'))
  const file = join(folder, 'tickets.db')
  const config = JSON.stringify({
    resource: { identifier: RESOURCE },
    authorizationServer: {
      issuer: practice.issuer,
      introspection: {
        clientId: practice.introspectionClient.id, clientSecret: practice.introspectionClient.secret
      },
      deadlineMs: 20_000
    },
    policy: { remediation: 'draft' },
    storage: { url: `sqlite:${file}` }
  })
  const programs = [1, 2].map(() => startProgram(process.execPath, [...programArguments('test/support/gateway-process'), config]))
  t.teardown(async () => {
    for (const program of programs) program.signal('SIGTERM')
    await Promise.all(programs.map(({ ended }) => ended))
    rmSync(folder, { recursive: true })
  })
  const ports = await Promise.all(programs.map(async program => Number((await program.line(/^listening \d+$/)).split(' ')[1])))

  let turn = 0
  async function call (token: string, tool: string, args: object): Promise<Answer> {
    const port = ports[turn++ % ports.length] ?? 0
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: turn, method: 'tools/call', params: { name: tool, arguments: args } })
    })
    const body = await response.json() as { result?: { structuredContent?: Answer['result'] } }
    return { status: response.status, result: body.result?.structuredContent }
  }
  return {
    call,
    reserve: (token, more = {}) => call(token, 'reserve_ticket', { ticket_id: 3, seats: 1, ...more }),
    cancel: (token, id) => call(token, 'cancel_reservation', { reservation_id: id }),
    audit () {
      const connection = openSqliteConnection({ path: file })
      try {
        return auditTickets(connection)
      } finally {
        connection.close()
      }
    }
  }
}

const element = (more: JsonObject = {}): JsonObject => (
  { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: PRICE, maxTotalAmount: 10 * PRICE, currency: 'JPY', ...more }
)
const mint = (
  subject: string, ...authorizationDetails: JsonObject[]
): Promise<string> => practice.mintToken({ subject, scope: SCOPE, authorizationDetails })
const budgetOf = ({ result }: Answer): Budget | undefined => result?.authorization?.budget
const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> => Promise.all(
  Array.from({ length: count }, (_, index) => make(index))
)

t.test('limits — between two gateway processes', async t => {
  const pair = await startPair(t)

  await t.test('a hundred at once never pass the total, and lose none of it', async t => {
    covers('tickets.total-across-reservations', 'tickets.total-across-processes')
    const token = await mint('hundred', element({ budgetId: 'hundred' }))
    const answers = await times(100, () => pair.reserve(token))
    const made = answers.filter(({ status }) => status === 200)
    t.equal(made.length, 10)
    t.equal(answers.filter(({ status }) => status === 403).length, 90, 'the others are refused, and by nothing else')
    t.strictSame(made.map(answer => budgetOf(answer)?.remaining ?? -1).sort((a, b) => b - a), Array.from(
      { length: 10 }, (_, index) => (9 - index) * PRICE
    ), 'each is told what it left')
    t.strictSame(pair.audit(), [])
  })

  await t.test('retries of one wish at once are one reservation, counted once', async t => {
    covers('tickets.idempotency-key')
    const token = await mint('retrying', element({ budgetId: 'retrying' }))
    const answers = await times(20, () => pair.reserve(token, { idempotency_key: 'wish-1' }))
    t.strictSame(new Set(answers.map(({ status, result }) => `${status} ${result?.reservation.id}`)).size, 1)
    t.equal(answers.filter(({ result }) => result?.repeated === false).length, 1)
    t.ok(answers.every(answer => budgetOf(answer)?.remaining === 9 * PRICE))
    const another = await mint('retrying-too', element({ budgetId: 'retrying' }))
    t.match(await pair.reserve(another, { idempotency_key: 'wish-1' }), {
      status: 200, result: { repeated: false }
    }, 'the key belongs to the person')
  })

  await t.test('property — reservations and cancellations in any order keep the books, and never pass the total', async t => {
    covers('tickets.total-across-processes')
    let round = 0
    const wishes = fc.array(fc.constantFrom('reserve', 'cancel'), { minLength: 6, maxLength: 20 })
    await fc.assert(fc.asyncProperty(wishes, fc.integer({ min: 1, max: 4 }), async (order, seats) => {
      const name = `interleaved-${round++}`
      const total = seats * PRICE
      const token = await mint(name, element({ budgetId: name, maxTotalAmount: total }))
      // As many as the total allows are there to be cancelled while others are made.
      const held = await times(seats, () => pair.reserve(token))
      const answers = await Promise.all(order.map(wish => {
        const reservation = wish === 'cancel' ? held.pop()?.result?.reservation.id : undefined
        return reservation === undefined ? pair.reserve(token) : pair.cancel(token, reservation)
      }))
      const budgets = answers.flatMap(answer => budgetOf(answer) ?? answer.result?.credited?.budget ?? [])
      const cancelled = answers.filter(({ result }) => result?.credited !== undefined).length
      const made = answers.filter(answer => budgetOf(answer) !== undefined).length
      const { result } = await pair.call(token, 'get_user_reservations', {})
      const active = (
        result as unknown as { reservations: ReadonlyArray<{ status: string }> }
      ).reservations.filter(({ status }) => status === 'active').length
      return budgets.every(({ spent, remaining }) => spent >= 0 && remaining >= 0 && spent + remaining === total) &&
        active === seats - cancelled + made && active <= seats &&
        answers.every(({ status }) => status === 200 || status === 403)
    }), { numRuns: 6 })
    t.strictSame(pair.audit(), [])
  })
})

t.test('limits — the budget is the person\'s, the client\'s and the consent\'s', async t => {
  const pair = await startPair(t)

  await t.test('survives a token refresh; a new consent is a new budget; a cancellation gives back', async t => {
    covers('tickets.budget-survives-refresh')
    const consent = { form: { limit: 'custom', customAmount: '3000', customTotalAmount: '9000' } }
    const first = await obtainToken(practice.issuer, consent)
    const made = await pair.reserve(first.accessToken)
    t.match(
      made, { status: 200, result: { authorization: { element: 0, budget: { max_total_amount: 9000, spent: 3000, remaining: 6000 } } } }
    )

    const refreshed = await requestToken(
      practice.issuer, { grant_type: 'refresh_token', refresh_token: first.refreshToken, client_id: first.clientId, resource: RESOURCE }
    )
    const token = String(refreshed.body['access_token'])
    t.not(token, first.accessToken)
    t.equal(budgetOf(await pair.reserve(token))?.remaining, 3000, 'what was spent before is spent')
    t.match(await pair.cancel(token, made.result?.reservation.id ?? 0), {
      status: 200, result: { credited: { amount: 3000, budget: { spent: 3000, remaining: 6000 } } }
    })

    const again = await obtainToken(practice.issuer, consent)
    t.equal(budgetOf(await pair.reserve(again.accessToken))?.remaining, 6000, 'agreed to once more')
  })

  await t.test('without a budgetId equal details are one budget, however they are written; other details are another', async t => {
    covers('tickets.budget-survives-refresh')
    const written = element({ actions: ['book', 'cancel'], ticketIds: [3, 1] })
    const otherwise: JsonObject = {
      ticketIds: [1, 3, 3], type: 'ticket-reservation', maxTotalAmount: 10 * PRICE, maxAmount: PRICE, actions: ['cancel', 'book']
    }
    t.equal(budgetOf(await pair.reserve(await mint('canonical', written)))?.remaining, 9 * PRICE)
    t.equal(budgetOf(await pair.reserve(await mint('canonical', otherwise)))?.remaining, 8 * PRICE)
    t.equal(budgetOf(await pair.reserve(await mint('canonical', element())))?.remaining, 9 * PRICE, 'more tickets: other details')
  })

  await t.test('is never shared: not by two people, not by two clients, whatever the elements say', async t => {
    covers('tickets.budget-of-one-person')
    const one = element({ budgetId: 'shared-name' })
    for (const subject of ['person-a', 'person-b']) {
      t.equal(
        budgetOf(await pair.reserve(await mint(subject, one)))?.remaining, 9 * PRICE, subject
      )
    }
    const otherClient = await practice.mintToken(
      { subject: 'person-a', clientId: 'another-client', scope: SCOPE, authorizationDetails: [one] }
    )
    t.equal(budgetOf(await pair.reserve(otherClient))?.remaining, 9 * PRICE)
  })

  await t.test('the first element that suffices is debited, and named; the next one when its total is used up', async t => {
    covers('policy.details-elements-are-alternatives')
    const token = await mint(
      'two-elements', element({ maxAmount: 1 }), element({ budgetId: 'small', maxTotalAmount: PRICE }), element({ budgetId: 'large' })
    )
    const debited = []
    for (let seat = 0; seat < 3; seat += 1) debited.push((await pair.reserve(token)).result?.authorization)
    t.match(debited, [
      { element: 1, budget: { remaining: 0 } },
      { element: 2, budget: { remaining: 9 * PRICE } },
      { element: 2, budget: { remaining: 8 * PRICE } }
    ])
  })

  await t.test('a token that is revoked is refused at once by both, and within the bound elsewhere', async t => {
    covers('policy.fresh-answer-after-arrival', 'auth.revocation-bound-stated')
    const token = await mint('revoked', element())
    const made = await pair.reserve(token)
    await pair.reserve(token)
    await practice.revokeToken(token)
    t.equal((await pair.call(token, 'list_tickets', {})).status, 200, 'a read, on the cached answer')
    t.equal((await pair.call(token, 'list_tickets', {})).status, 200)
    t.equal((await pair.reserve(token)).status, 401)
    t.equal((await pair.cancel(token, made.result?.reservation.id ?? 0)).status, 401)
    t.equal((await pair.call(token, 'list_tickets', {})).status, 401, 'and what was found out counts for reads')
  })

  t.strictSame(pair.audit(), [])
})
