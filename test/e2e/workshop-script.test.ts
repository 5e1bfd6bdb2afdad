// The shell functions of the exercises, typed into bash as an attendee does, with a person at the browser.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { workshopScript } from '../../src/exercises/workshop-script.ts'
import { startBash } from '../support/bash-session.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { openPage, submitAndReturn } from '../support/practice-client.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'

t.test('workshop.sh — speaks Japanese where the page does', async t => {
  covers('exercises.ticked-by-decisions')
  const directory = t.testdir()
  const addresses = { tickets: 'http://localhost:1/mcp', files: 'http://localhost:1/files', issuer: 'http://localhost:1', folder: '/srv' }
  writeFileSync(join(directory, 'workshop.sh'), workshopScript(addresses, 'ja'))
  const bash = startBash()
  t.teardown(bash.close)
  await bash.run(`cd '${directory}' && . ./workshop.sh && WORKSHOP_CLIENT=known`)
  const said = await bash.run('ask mcp:tickets:read <<< \'http://localhost:6274/?error=access_denied\'')
  t.match(said, /ログインし、[^]*^http:\/\/localhost:1\/api\/authorization\?[^]*トークンを取得できませんでした/m)
})

t.test('workshop.sh — knock, ask, call and revoke, for a limit with characters of every kind', async t => {
  covers('exercises.ticked-by-decisions')
  const gateway = await startProtectedGateway({
    config: { cache: { ttlSeconds: 0, negativeTtlSeconds: 0 } }, practice: url => ({ people: 2, resources: [url] })
  })
  t.teardown(gateway.close)
  const directory = t.testdir()
  const script = workshopScript({ tickets: gateway.url, files: `${gateway.origin}/files`, issuer: gateway.practice.issuer, folder: '/srv/a folder' }, 'en')
  writeFileSync(join(directory, 'workshop.sh'), script)
  const bash = startBash()
  t.teardown(bash.close)
  await bash.run(`cd '${directory}' && . ./workshop.sh && mkfifo returned`)

  /** The person opens the printed address, allows it, and types the address to which the browser came back. */
  async function ask (command: string): Promise<string> {
    // The address of an earlier question must not be taken for this one's.
    rmSync(join(directory, 'printed'), { force: true })
    const asked = bash.run(`${command} < returned > printed; cat printed`)
    const address = () => existsSync(join(directory, 'printed')) ? /^http\S+$/m.exec(readFileSync(join(directory, 'printed'), 'utf8'))?.[0] : undefined
    // The shell opens the pipe for reading, and waits until someone writes.
    const opened = startBash()
    const typed = opened.run(`exec 9> '${directory}/returned'`)
    await eventually('it prints an address', () => address() !== undefined)
    const back = await submitAndReturn(await openPage(address() ?? ''), { loginId: 'user02', password: 'user02', authorized: 'Authorize' })
    await typed
    await opened.run(`echo '${back.href}' >&9; exec 9>&-`)
    await opened.close()
    return asked
  }

  t.match(await bash.run('knock'), /^HTTP\/1.1 401[^]*resource_metadata/)
  t.match(await bash.run('knock made-up-by-user02'), /^HTTP\/1.1 401[^]*error="invalid_token"/)
  t.match(await ask('ask mcp:tickets:read'), /You have a token/)
  t.match(await bash.run('call list_tickets'), /^HTTP\/1.1 200[^]*"tickets"/)
  t.match(await bash.run('call reserve_ticket \'{"ticket_id":1,"seats":1}\''), /^HTTP\/1.1 403[^]*insufficient_scope/)
  const limit = '[{"type":"ticket-reservation","actions":["book"],"ticketIds":[1],"maxAmount":15000,"currency":"JPY"}]'
  t.match(await ask(`ask 'mcp:tickets:read mcp:tickets:write' '${limit}'`), /You have a token/)
  t.match(await bash.run('call reserve_ticket \'{"ticket_id":1,"seats":3}\''), /^HTTP\/1.1 200[^]*"amount":15000/)
  t.match(await bash.run('call reserve_ticket \'{"ticket_id":1,"seats":4}\''), /^HTTP\/1.1 403[^]*insufficient_authorization/)
  t.equal((await bash.run('revoke')).trim(), '200')
  t.match(await bash.run('call list_tickets'), /^HTTP\/1.1 401/)
  t.match(await bash.run('ask mcp:tickets:read <<< \'http://localhost:6274/?error=access_denied\''), /No token: the address has no code/)
})
