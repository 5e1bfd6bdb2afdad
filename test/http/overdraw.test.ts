// A property of the whole gateway: whatever a payments server answers, and however often a client repeats its calls, with keys or without,
// the server never executes more than the person allowed, and never more than the ledger counts.

import fc from 'fast-check'
import t from 'tap'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { countedFiles, countedGateway, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'

const TOTAL = 1_000
const isError = { content: [], isError: true }

/** What a server may do with one request: whether it pays, and what it answers. It never pays and says that it did not. */
const NOT_PAID: readonly UpstreamOutcome[] = [
  { kind: 'not-executed', reason: 'overloaded' },
  { kind: 'not-executed', reason: 'credentials-rejected' },
  { kind: 'changed', executed: 'no' },
  { kind: 'refused', code: -32601, message: '', executed: 'no' },
  { kind: 'answered', result: isError, executed: 'no' }
]
const PERHAPS_PAID: readonly UpstreamOutcome[] = [
  { kind: 'unknown', reason: 'broken-stream' },
  { kind: 'unknown', reason: 'timeout' },
  { kind: 'too-large' },
  { kind: 'changed', executed: 'unknown' },
  { kind: 'refused', code: -32602, message: '', executed: 'no' },
  { kind: 'refused', code: -32603, message: '', executed: 'unknown' },
  { kind: 'answered', result: isError }
]
const reaction = fc.oneof(
  fc.constant({ pays: true, outcome: undefined }),
  fc.constantFrom(...NOT_PAID).map(outcome => ({ pays: false, outcome })),
  fc.record({ pays: fc.boolean(), outcome: fc.constantFrom(...PERHAPS_PAID) })
)
const call = fc.record({
  amount: fc.constantFrom(0, 100, 300, 600), key: fc.constantFrom(undefined, 'a', 'b', 'c'), client: fc.constantFrom('one', 'two')
})
const calls = fc.array(call, { maxLength: 12 })
const reactions = fc.array(reaction, { minLength: 30, maxLength: 30 })

for (const idempotent of [false, true]) {
  const who = idempotent ? 'repeated by the gateway too' : 'of a tool that is not repeated'
  t.test(`any answers to any calls, ${who} — no total is exceeded`, async t => {
    covers('ledger.total-across-calls', 'ledger.outcomes', 'ledger.idempotency-key')
    const files = countedFiles({ idempotencyKey: '/idempotency_key' })
    const { transfer, ...others } = files['payments.json'].tools
    const tools = { ...others, transfer: { ...transfer, idempotent } }
    const decided = { ...files, 'payments.json': { ...files['payments.json'], tools } }
    const { gateway, stub, ledger } = await countedGateway(t, undefined, undefined, { files: decided })
    let run = 0
    await fc.assert(fc.asyncProperty(calls, reactions, async (made, script) => {
      run += 1
      const subject = `person-${run}`
      const book = new Map<string, number>()
      const left = [...script]
      stub.answer = ({ arguments: args, caller }) => {
        const { pays, outcome } = left.shift() ?? { pays: true, outcome: undefined }
        const key = typeof args['idempotency_key'] === 'string' ? args['idempotency_key'] : `call ${stub.calls.length}`
        // An idempotent server knows the same arguments again.
        const name = idempotent ? `${caller.clientId} ${JSON.stringify(args)}` : `${caller.clientId} ${key}`
        if (pays) book.set(name, Number(args['amount']))
        return outcome ?? { kind: 'answered', result: { content: [] } }
      }
      for (const { amount, key, client } of made) {
        const token = { ...withBudget({ maxTotalAmount: TOTAL }), subject, clientId: client }
        const more = key === undefined ? {} : { idempotency_key: key }
        await gateway.connect(token).callTool('pay_transfer', { ...TRANSFER, amount, ...more })
      }
      const holds = (await ledger.list({ limit: 100_000 })).filter(hold => hold.subject === subject)
      return ['one', 'two'].every(client => {
        const paid = [...book].filter(([name]) => name.startsWith(client)).reduce((sum, [, amount]) => sum + amount, 0)
        const counted = holds.filter(({ clientId, state }) => clientId === client && state !== 'released')
          .reduce((sum, { amount = 0, charged }) => sum + (charged ?? amount), 0)
        return paid <= counted && counted <= TOTAL
      })
    }), { numRuns: 150 })
    t.pass('every run')
  })
}
