// In which order is a call authorized, on which grant, and what does the record of it hold? Pure: a stopped clock, no I/O.

import t from 'tap'
import { z } from 'zod'
import type { Authentication } from '../../src/auth/authentication.ts'
import { GatewayError, StorageUnavailable } from '../../src/kernel/fault.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { createAuthorize, type Authorization, type Caller } from '../../src/mcp/call-authorization.ts'
import { DecisionRecord } from '../../src/mcp/decision-record.ts'
import { registerTool } from '../../src/mcp/registered-tool.ts'
import { defineTool } from '../../src/mcp/tool.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { grantWith, NOW, policyWith } from '../support/policy.ts'

const clock = { ...createManualClock(), now: () => NOW }
const authorize = createAuthorize(policyWith(), clock)
const granted = grantWith({
  authorizationDetails: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 10_000 }],
  askedAtMs: NOW - 1
})
const valid: Result<unknown, unknown> = ok({})
const invalid: Result<unknown, unknown> = err('not valid')

interface Declared { readonly freshness?: 'cached' | 'fresh', readonly call?: () => unknown }

function toolWith ({ freshness = 'cached', call }: Declared = {}) {
  const access = { scopes: ['mcp:tickets:write'], freshness }
  const details = { type: ticketReservation, call: call as never }
  return registerTool(defineTool({
    name: 'own',
    title: 'Own',
    description: 'A tool.',
    input: z.strictObject({}),
    access: call === undefined ? access : { ...access, details },
    run: async () => ({ kind: 'completed', text: '', structured: undefined })
  }))
}

function callerWith (grant = granted, live: () => Authentication = () =>
  err({ kind: 'missing-token' })): Caller & { readonly asked: () => number } {
  let asked = 0
  return {
    grant,
    receivedAtMonotonicMs: NOW,
    async reauthenticate () {
      asked += 1
      return live()
    },
    delegate: () => err({ kind: 'refused', reason: 'not asked here' }),
    record: new DecisionRecord(),
    asked: () => asked
  }
}

const bookFor = (amount: number) => () => ({ action: 'book' as const, ticketId: 2, amount, currency: 'JPY' })

t.test('authorization — a call that needs no look-up and no live grant is authorized without a promise', async t => {
  const caller = callerWith()
  const authorization = authorize(toolWith(), valid, caller) as Authorization
  t.match(authorization, { kind: 'permit', permit: { tool: 'own' } })
  t.equal(caller.record.grant, granted)
  t.match(caller.record.requirement, { tool: 'own', freshness: 'cached', details: undefined })
  t.match(authorize(toolWith({ call: bookFor(1) }), valid, callerWith()), { kind: 'permit', permit: { details: [{ index: 0 }] } })
})

t.test('authorization — details are looked up only for a caller whose scope suffices and whose arguments are valid', async t => {
  let looked = 0
  const tool = toolWith({ freshness: 'fresh', call: () => { looked += 1; return bookFor(1)() } })
  t.match(authorize(tool, valid, callerWith(grantWith({ scopes: [] }))), { kind: 'denial', denial: { kind: 'insufficient-scope' } })
  const caller = callerWith()
  t.match(authorize(tool, invalid, caller), { kind: 'permit', permit: { details: 'unrestricted' } })
  t.equal(looked, 0)
  t.equal(caller.asked(), 0, 'no live grant for a call that will not run')
})

t.test('authorization — a live grant is asked for once, when everything else suffices, and then decided about', async t => {
  const fresh = toolWith({ freshness: 'fresh', call: bookFor(8000) })
  const live = grantWith({ authorizationDetails: granted.authorizationDetails, askedAtMs: NOW })
  const permitted = callerWith(granted, () => ok(live))
  t.match(await authorize(fresh, valid, permitted), { kind: 'permit' })
  t.equal(permitted.record.grant, live)
  t.equal(permitted.asked(), 1)

  const rejected = callerWith(granted, () => err({ kind: 'invalid-token', problem: { kind: 'inactive' } }))
  t.match(await authorize(fresh, valid, rejected),
    { kind: 'rejection', rejection: { kind: 'invalid-token' }, scopes: ['mcp:tickets:write'] })
  t.match(await authorize(fresh, valid, callerWith(granted, () => ok(grantWith({ scopes: [] })))), { kind: 'denial' })
  t.match(await authorize(fresh, valid, callerWith(granted, () => ok(granted))), { kind: 'fault', fault: { code: 'GW_INTERNAL' } },
    'an old answer')

  const tooMuch = callerWith()
  t.match(await authorize(toolWith({ freshness: 'fresh', call: bookFor(20_000) }), valid, tooMuch),
    { kind: 'denial', denial: { kind: 'insufficient-authorization' } })
  t.equal(tooMuch.asked(), 0)
})

t.test('authorization — a declaration that fails is a fault of the decision, and a storage that fails is an outage', async t => {
  for (const call of [() => { throw new Error('secret') }, async () => { throw new Error('secret') }]) {
    const caller = callerWith()
    t.match(await authorize(toolWith({ call }), valid, caller),
      { kind: 'fault', fault: { code: 'GW_TOOL_FAILED', detail: 'access.details failed' } })
    t.equal(caller.record.requirement, undefined, 'nothing was decided that could be explained')
  }
  const own = new GatewayError('GW_TOOL_TIMEOUT', 'too long')
  t.match(authorize(toolWith({ call: () => { throw own } }), valid, callerWith()), { kind: 'fault', fault: own })
  await t.rejects(async () => authorize(toolWith({ call: async () => { throw new StorageUnavailable('away') } }), valid, callerWith()),
    { code: 'GW_STORAGE_UNAVAILABLE' })
})
