// The story of docs/upstreams.md, "A month of payments": its configuration, its values and its commands, in front of a payments server that
// keeps its own book.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fencesOf } from '../../scripts/docs/markdown.ts'
import { runLedger } from '../../src/cli/ledger-command.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createToolSet } from '../../src/mcp/tool-set.ts'
import { createUpstreamTools } from '../../src/proxy/upstream-tools.ts'
import { openLedger } from '../../src/storage/open-ledger.ts'
import { createTestClock } from '../../src/testing/test-clock.ts'
import { createTestGateway } from '../../src/testing/test-gateway.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'
import { covers } from '../support/covers.ts'
import { startPaymentsServer } from '../support/payments-server.ts'
import { compiledFrom } from '../support/upstream-files.ts'

const blocks = fencesOf(readFileSync('docs/upstreams.md', 'utf8'))

function shown (name: string): string {
  const found = blocks.find(({ lineBefore }) => lineBefore === `<!-- story: ${name} -->`)
  if (found === undefined) throw new Error(`docs/upstreams.md shows no ${name}`)
  return found.text
}

const read = (file: string) => JSON.parse(readFileSync(`config/upstreams/${file}`, 'utf8')) as JsonObject

t.test('a month of payments — a refusal, a remedy, a lost answer, a retry, and what the operator does', async t => {
  covers('ledger.total-across-calls', 'ledger.refusal-says-what-remains', 'ledger.idempotency-key', 'ledger.operator-resolves')
  const server = await startPaymentsServer(t)
  const folder = t.testdir()
  const url = `sqlite:${join(folder, 'payments.db')}`
  const ledger = await openLedger({ url })
  const { credentials: _ofTheRealServer, ...example } = read('payments.json')
  const compiled = compiledFrom({
    'payments.json': { ...example, transport: { http: { url: server.url } } }, 'payments.lock.json': read('payments.lock.json')
  })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  const upstreams = createUpstreamTools(compiled.value, {
    createUpstream, clock: createTestClock(), observe () {}, accounts: { ledger, resource: 'https://api.example/mcp', audit: () => undefined }
  })
  const gateway = await createTestGateway({ tools: createToolSet([], [upstreams.source]), config: { policy: { remediation: 'draft' } } })
  t.teardown(async () => {
    await gateway.close()
    await upstreams.close(0)
    await ledger.close()
  })

  const grant = JSON.parse(shown('grant')) as JsonObject[]
  const agent = (...more: JsonObject[]) => gateway.connect({ scopes: ['payments:transfer'], authorizationDetails: [...grant, ...more] })
  const pay = (amount: number, args: object = {}, ...more: JsonObject[]) =>
    agent(...more).callTool('pay_transfer', { amount, currency: 'JPY', to: 'acct-7', ...args })
  const paid = () => server.book.reduce((sum, { amount }) => sum + amount, 0)

  for (let payment = 0; payment < 3; payment++) t.equal((await pay(9_000)).status, 200)
  t.equal(paid(), 27_000)

  const refused = await pay(9_000)
  t.equal(refused.status, 403)
  const { total } = (refused.error as { data: { total: JsonObject } }).data
  const { until, ...left } = total
  t.strictSame(left, JSON.parse(shown('refusal')))
  t.match(until, /^\d{4}-\d\d-01T00:00:00\.000Z$/)
  const remedies = JSON.parse(Buffer.from(refused.challenge?.['authorization_remediation'] ?? '', 'base64url').toString()) as {
    authorization_details: JsonObject[]
  }
  const [remedy = {}, ...others] = remedies.authorization_details
  const { validUntil, ...shownRemedy } = remedy
  t.strictSame([shownRemedy, ...others], JSON.parse(shown('remedy')))
  t.equal(validUntil, until)
  t.equal(server.calls(), 3, 'the server was not asked')

  const consented = { ...remedy, budgetId: 'b-72' }
  t.equal((await pay(9_000, {}, consented)).status, 200)
  t.equal((await pay(9_000, {}, consented)).status, 403)

  server.lose.paid = 1
  const lost = await pay(3_000, { idempotency_key: 'rent-november' })
  const code = (lost.error as { data: { code: string } }).data.code
  t.strictSame({ status: lost.status, code }, JSON.parse(shown('lost')))
  t.equal(paid(), 39_000, 'it was made')

  const [again, third] = [await pay(3_000, { idempotency_key: 'rent-november' }), await pay(3_000, { idempotency_key: 'rent-november' })]
  t.match(again.result, { structuredContent: { payment: 'p-5', charged: 3_000 } })
  t.strictSame(third.result, again.result)
  t.strictSame([paid(), server.calls()], [39_000, 6], 'one payment; the third was answered by the gateway')
  t.match((await pay(2_000, { idempotency_key: 'rent-november' })).result, { isError: true })

  server.lose.unpaid = 1
  const other = { ...consented, budgetId: 'b-73', maxTotalAmount: 9_000 }
  t.equal((await pay(9_000, {}, other)).status, 502)
  t.equal((await pay(9_000, {}, other)).status, 403, 'nobody knows whether it was made')

  const file = JSON.stringify({ ...JSON.parse(readFileSync('config/payments.json', 'utf8')) as object, upstreams: [], storage: { url } })
  let out = ''
  const terminal = { write: (text: string) => { out += text }, writeError: (text: string) => { out += text } }
  const sources = { env: {}, cwd: folder, readFile: () => file.replace('./data/audit.log', join(folder, 'audit.log')) }
  for (const line of shown('commands').split('\n')) {
    const [, args = '', note] = /^mcp-resource-gateway ledger (.*?)(?: --note "(.*)")?$/.exec(line) ?? []
    t.equal(await runLedger([...args.split(' '), ...(note === undefined ? [] : ['--note', note])], terminal, sources), 0, out)
  }
  t.match(out, /^(\d+) {2}unknown .*¥9,000.*\n\1 {2}released /)
  t.equal((await pay(9_000, {}, other)).status, 200)
  t.equal(paid(), 48_000)
})
