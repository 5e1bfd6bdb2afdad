// What the console shows of a total when another server's tool is called: before the call, while it runs, and as its outcome corrects it.

import t, { type Test } from 'tap'
import type { ShownRequest } from '../../src/console/shown-request.ts'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { countedGateway, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'
import { freePorts } from '../support/processes.ts'

/** The newest state of each request, in the order of arrival; the stream has begun when this resolves. */
async function view (t: Test, port: number): Promise<() => readonly ShownRequest[]> {
  const leaving = new AbortController()
  const { body } = await fetch(`http://127.0.0.1:${port}/stream`, { signal: leaving.signal })
  t.teardown(() => { leaving.abort() })
  const seen = new Map<string, ShownRequest>()
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of body ?? []) {
      const events = (text += Buffer.from(chunk).toString()).split('\n\n')
      text = events.pop() ?? ''
      for (const event of events.filter(event => /^event: request$/m.test(event))) {
        const { request } = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '') as { readonly request: ShownRequest }
        seen.set(request.id, request)
      }
    }
  }
  read().catch(() => {})
  return () => [...seen.values()]
}

const answered = (charged: number): UpstreamOutcome => ({ kind: 'answered', result: { content: [], structuredContent: { charged } } })

t.test('a viewer — sees the hold while the call runs, and what is left when its outcome is known', async t => {
  covers('console.totals')
  const [consolePort = 0] = await freePorts(1)
  const { gateway, stub } = await countedGateway(t, undefined, undefined, { consolePort })
  const client = gateway.connect(withBudget({ maxCalls: 9 }))
  stub.answer = () => answered(10_000)
  await client.callTool('pay_transfer', TRANSFER)
  const requests = await view(t, consolePort)
  let finish: (outcome: UpstreamOutcome) => void = () => {}
  stub.answer = () => new Promise(resolve => { finish = resolve })
  const running = client.callTool('pay_transfer', TRANSFER)
  const total = { currency: 'JPY', total: 30_000, before: 20_000, member: 'maxTotalAmount' }
  await eventually('the hold is shown', () => requests()[0]?.used !== undefined)
  t.strictSame([requests()[0]?.reason, requests()[0]?.used], [undefined, { ...total, after: 10_000, held: true }])
  finish(answered(3_000))
  await running
  await eventually('its decision is shown', () => requests()[0]?.reason !== undefined)
  t.strictSame(requests()[0]?.used, { ...total, after: 17_000 })

  stub.answer = () => ({ kind: 'unknown', reason: 'timeout' })
  await client.callTool('pay_transfer', TRANSFER)
  stub.answer = () => ({ kind: 'not-executed', reason: 'busy' })
  await client.callTool('pay_transfer', { ...TRANSFER, amount: 7_000 })
  await client.callTool('pay_transfer', { ...TRANSFER, amount: 7_001 })
  await eventually('all are shown', () => requests().length === 4 && requests().every(({ reason }) => reason !== undefined))
  t.strictSame(requests().slice(1).map(({ used }) => used), [
    { ...total, before: 17_000, after: 7_000, held: true },
    { ...total, before: 7_000, after: 7_000 },
    { currency: 'JPY', before: 7_000, after: 7_000 }
  ])
})

t.test('a repetition with a key whose outcome was unknown — reads no counter, and shows no total', async t => {
  covers('console.totals')
  const [consolePort = 0] = await freePorts(1)
  const { gateway, stub } = await countedGateway(t, undefined, undefined, { consolePort })
  const client = gateway.connect(withBudget())
  const requests = await view(t, consolePort)
  stub.answer = () => ({ kind: 'unknown', reason: 'broken-stream' })
  await client.callTool('pay_transfer', { ...TRANSFER, idempotency_key: 'k-1' })
  stub.answer = () => answered(10_000)
  await client.callTool('pay_transfer', { ...TRANSFER, idempotency_key: 'k-1' })
  await eventually('both are shown', () => requests().length === 2 && requests().every(({ reason }) => reason !== undefined))
  t.strictSame(requests().map(({ used }) => used?.after), [20_000, undefined])
})
