// The static secrets of another server, in a file and in the environment: read again on SIGHUP, and a file that cannot be used changes
// nothing. What the server is shown is in its own book.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { monthly, payments } from '../support/paying-gateway.ts'
import { PAYMENT_TOOL, startPaymentsServer } from '../support/payments-server.ts'
import { lockOf } from '../support/upstream-files.ts'

const SECRETS = { first: 'secret-one-5f2c', second: 'secret-two-81aa', third: 'secret-three-c09d', key: 'secret-of-env-77e1' }
const UNUSABLE = 'secret-four\u0007\n-2b6e'

for (const workers of [1, 2]) {
  t.test(`SIGHUP — the secret of a server is read again, with ${workers} worker(s); one that is gone, empty or unusable changes nothing`, async t => {
    covers('reload.upstream-secrets', 'reload.bad-file-changes-nothing')
    const folder = mkdtempSync(join(tmpdir(), 'upstream-secrets-'))
    t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
    const [people, server] = await Promise.all([startPeopleServer(t), startPaymentsServer(t)])
    people.details = [monthly(30_000)]
    const secret = join(folder, 'secret')
    writeFileSync(secret, `${SECRETS.first}\n`)
    writeFileSync(join(folder, 'payments.json'), JSON.stringify({
      ...payments(server.url),
      transport: { http: { url: server.url, headers: { 'x-key': { env: 'PAYMENTS_KEY' } } } },
      credentials: { header: { name: 'Authorization', scheme: 'Bearer', secret: { file: 'secret' } } }
    }))
    writeFileSync(join(folder, 'payments.lock.json'), lockOf('payments', [PAYMENT_TOOL]))
    const gateway = await startGatewayServer(t, people, {
      workers, upstreams: [join(folder, 'payments.json')], storage: { url: `sqlite:${join(folder, 'gateway.db')}` }, tools: { builtIn: [] }
    }, { PAYMENTS_KEY: SECRETS.key })

    /** What the server is shown by calls over new connections, enough of them for every worker. */
    async function shown (): Promise<readonly unknown[]> {
      const before = server.requests.length
      const calls = await Promise.all(Array.from({ length: 4 * workers }, () =>
        gateway.call('pay_transfer', { amount: 1, currency: 'JPY', to: 'acct-7' }, { headers: { connection: 'close' } })))
      t.strictSame(new Set(calls.map(({ status }) => status)), new Set([200]))
      const seen = server.requests.slice(before)
      t.ok(seen.every(({ text }) => text.includes(SECRETS.key)), 'the one of the environment stays')
      return [...new Set(seen.map(({ authorization }) => authorization))]
    }
    async function reloaded (nth: number): Promise<void> {
      gateway.program.signal('SIGHUP')
      await gateway.logs('configuration-reloaded', nth * workers)
    }
    /** What was wrong; the last line is about the whole file. */
    async function refused (): Promise<string> {
      const before = gateway.logged('reload-refused').length
      const lines = () => gateway.logged('reload-refused').slice(before).map(({ msg }) => JSON.stringify(msg))
      gateway.program.signal('SIGHUP')
      await eventually('it is refused', () => lines().some(line => line.includes('configuration not reloaded')))
      return lines().join('\n')
    }

    t.strictSame(await shown(), [`Bearer ${SECRETS.first}`])
    writeFileSync(secret, SECRETS.second)
    t.strictSame(await shown(), [`Bearer ${SECRETS.first}`], 'not before it is told')
    await reloaded(1)
    t.strictSame(await shown(), [`Bearer ${SECRETS.second}`])
    writeFileSync(secret, '\n')
    const mistakes = [await refused()]
    writeFileSync(secret, UNUSABLE)
    mistakes.push(await refused())
    rmSync(secret)
    mistakes.push(await refused())
    t.match(mistakes, [/credentials\.header\.secret\.file.*the file is empty/, /expected visible ASCII/, /cannot be read \(ENOENT\)/])
    t.strictSame(await shown(), [`Bearer ${SECRETS.second}`], 'the last one that could be used goes on')
    writeFileSync(secret, `${SECRETS.third}\r\n`)
    await reloaded(2)
    t.strictSame(await shown(), [`Bearer ${SECRETS.third}`])
    gateway.program.signal('SIGTERM')
    await gateway.program.ended
    const printed = gateway.program.lines.join('\n')
    t.strictSame(Object.values(SECRETS).filter(text => printed.includes(text)), [])
    t.notMatch(printed, /secret-four|2b6e/, 'nor what could not be used')
  })
}
