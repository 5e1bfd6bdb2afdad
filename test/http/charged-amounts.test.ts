// What a result says was charged: it is believed when it is less, and stops the tool when it is more.

import t from 'tap'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { collected } from '../support/collected.ts'
import { countedGateway, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'

const codeOf = (body: unknown) => (body as { error?: { data?: { code?: string } } }).error?.data?.code
const answered = (structuredContent: object): UpstreamOutcome => {
  return { kind: 'answered', result: { content: [], structuredContent: { ...structuredContent } } }
}

t.test('what was charged — less gives back, nonsense keeps all, more stops the tool for everyone (case 43)', async t => {
  covers('ledger.charged')
  const { gateway, stub, ledger, clock } = await countedGateway(t)
  const client = gateway.connect(withBudget())
  const spend = async (charged: unknown) => {
    stub.answer = () => answered({ charged })
    await client.callTool('pay_transfer', TRANSFER)
    const holds = await ledger.list({ limit: 100 })
    return holds.reduce((sum, { amount = 0, charged: paid }) => sum + (paid ?? amount), 0)
  }
  t.strictSame([
    await spend(4_000), await spend(0), await spend('4000'), await spend(-1), await spend(0.5)
  ], [4_000, 4_000, 14_000, 24_000, 24_000],
  'the last one is refused: 6,000 are left')
  stub.answer = () => answered({ charged: 5_001 })
  t.equal((await client.callTool('pay_transfer', { ...TRANSFER, amount: 5_000 })).status, 200)
  const other = await gateway.connect({ ...withBudget(), subject: '1005' }).callTool('pay_transfer', TRANSFER)
  t.strictSame([other.status, codeOf(other.body)], [503, 'GW_UPSTREAM_OVERCHARGED'])
  const [over] = await ledger.list({ states: ['overcharged'], limit: 1 })
  t.match(over, { amount: 5_000, charged: 5_001 })
  await ledger.resolve(over?.id ?? 0, { kind: 'settle', charged: 5_001 }, clock.now())
  t.equal((await gateway.connect({ ...withBudget(), subject: '1005' }).callTool('pay_transfer', TRANSFER)).status, 200)
})

t.test('what was charged — more is more as a fraction and beyond exact integers too (case 43)', async t => {
  covers('ledger.charged')
  const each = collected(t)
  for (const [charged, state, noted] of [
    [10_000.5, 'overcharged', 10_001], [2 ** 53, 'overcharged', Number.MAX_SAFE_INTEGER],
    [1e300, 'overcharged', Number.MAX_SAFE_INTEGER], [9_999.5, 'settled', undefined], [-0, 'settled', 0], [1e2, 'settled', 100],
    ['20000', 'settled', undefined], [[20_000], 'settled', undefined], [null, 'settled', undefined], [true, 'settled', undefined]
  ] as const) {
    const { gateway, stub, ledger } = await countedGateway(t)
    stub.answer = () => answered({ charged })
    each.equal((await gateway.connect(withBudget()).callTool('pay_transfer', TRANSFER)).status, 200)
    each.strictSame((await ledger.list({ limit: 2 })).map(hold => [hold.state, hold.charged]), [[state, noted]], String(charged))
  }
  each.end()
})
