// `ledger list`, `release` and `settle`, as an operator runs them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runAudit } from '../../src/cli/audit-command.ts'
import { runLedger } from '../../src/cli/ledger-command.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { openLedger } from '../../src/storage/open-ledger.ts'
import { charge, element, held, inga } from '../contract/ledger-under-test.ts'
import { minimal } from '../support/configuration.ts'
import { covers } from '../support/covers.ts'

const HOUR = 3_600_000

interface Ran { readonly status: number, readonly out: string, readonly errors: string }

/** A storage with a call that runs, one of unknown outcome, one that ended well and one that charged too much: 1 to 4. */
async function setUp (t: Test) {
  const folder = t.testdir()
  const url = `sqlite:${join(folder, 'gateway.db')}`
  const audit = join(folder, 'audit.log')
  const file = JSON.stringify({ ...minimal(), storage: { url }, audit: { file: audit } })
  const run = async (...args: string[]): Promise<Ran> => {
    let [out, errors] = ['', '']
    const terminal = { write: (text: string) => { out += text }, writeError: (text: string) => { errors += text } }
    const status = await runLedger(args, terminal, { env: {}, cwd: folder, readFile: () => file })
    return { status, out, errors }
  }
  const fill = async () => {
    const ledger = await openLedger({ url })
    const at = systemClock.now()
    const alternatives = [element(0, charge(1_000_000, 10_000))]
    const wish = { alternatives, amount: 10_000, unit: 'JPY', at, expiresAt: epochMilliseconds(at + HOUR) }
    for (let call = 0; call < 4; call++) await held(ledger, { ...wish, clientId: call === 1 ? 'an\u001bagent' : 'agent' })
    await ledger.settle(2, { kind: 'unknown' }, at)
    await ledger.settle(3, { kind: 'executed' }, at)
    await ledger.settle(4, { kind: 'overcharged', charged: 12_000 }, at)
    await ledger.close()
  }
  const spent = async (clientId: string) => {
    const ledger = await openLedger({ url })
    const [amount] = await ledger.spent({ person: inga, clientId }, [{ counterKey: 'budget', unit: 'JPY' }])
    await ledger.close()
    return amount
  }
  return { run, fill, spent, audit }
}

t.test('ledger list — shows every call, or those that wait for the operator', async t => {
  covers('ledger.operator-resolves')
  const { run, fill } = await setUp(t)
  t.match(await run('list'), { status: 1, errors: /no database at storage.url/ }, 'a mistyped address begins no database')
  await fill()
  const all = await run('list')
  t.match(all, { status: 0, errors: '' })
  t.match(all.out, /^1 {2}held {2}\S+Z {2}payments {2}transfer {2}¥10,000 {2}1004 {2}agent {2}https:\/\/as.example\n2 {2}unknown .*an\\u001bagent/)
  t.match(all.out, /4 {2}overcharged .*¥10,000 {2}charged ¥12,000/)
  const waiting = JSON.parse((await run('list', '--unknown', '--json')).out) as object[]
  t.match(waiting, [
    { id: 2, state: 'unknown', waits_for_operator: true, amount: 10_000, currency: 'JPY', subject: '1004' }, { id: 4, charged: 12_000 }
  ])
  t.equal(waiting.length, 2)
  t.equal((await run('list', '--limit', '1')).out.trim().split('\n').length, 1)
  t.match((await run('list', '--unknown', '--limit', '1')).out, /^2 {2}unknown/, 'an older call that runs takes no place')
})

t.test('ledger release and settle — change what waits, once, with a line of the audit log before', async t => {
  covers('ledger.operator-resolves')
  const { run, fill, spent, audit } = await setUp(t)
  await fill()
  t.match(await run('release', '2', '--note', 'no such payment'), { status: 0, out: /^2 {2}released/ })
  t.equal(await spent('an\u001bagent'), 0)
  t.match(await run('settle', '4'), { status: 1, errors: 'the server says that it charged 12000: say with --charged what is spent\n' })
  t.match(await run('settle', '4', '--charged', '12000', '--json'), { status: 0, out: /"state": "settled"/ })
  t.equal(await spent('agent'), 32_000)
  t.match(await run('release', '2'), { status: 1, errors: 'it does not wait for you: released\n' })
  t.match(await run('release', '1'), { status: 1, errors: 'it does not wait for you: held\n' })
  t.match(await run('settle', '99'), { status: 1, errors: 'there is no such call\n' })
  t.match(await run('list', '--unknown'), { status: 0, out: 'no call waits for you\n' })
  const lines = readFileSync(`${audit}.ledger`, 'utf8').trim().split('\n').map(line => JSON.parse(line) as object)
  t.match(lines, [
    { event: 'ledger-release', hold: 2, state: 'unknown', amount: 10_000, note: 'no such payment', subject: '1004' },
    { event: 'ledger-settle', hold: 4, state: 'overcharged', charged: 12_000 }
  ])
  t.equal(lines.length, 2, 'what was refused has none')
  t.equal(runAudit(['verify', `${audit}.ledger`], { write () {}, writeError () {} }), 0)
})

t.test('ledger — a wrong command line is 2, and changes nothing', async t => {
  covers('ledger.operator-resolves')
  const { run } = await setUp(t)
  const wrong = [
    [], ['drop'], ['list', '1'], ['list', '--limit', '0'], ['release'], ['release', 'x'], ['release', '1', '2'], [
      'settle', '1', '--charged', '-1'
    ],
    ['settle', '1', '--charged', '1.5'], ['release', '1', '--charged', '1'], ['list', '--charged', '1'], [
      'settle', '1', '--note', 'n'.repeat(501)
    ]
  ]
  t.strictSame(await Promise.all(wrong.map(async args => (await run(...args)).status)), wrong.map(() => 2))
  t.match(await run('--help'), { status: 0, out: /ledger release ID/ })
})
