// Does SIGHUP take over what files hold that a variable or a member names: secrets, certificates? Does it say what it cannot change?

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createCertificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { configOf, startGatewayServer, startPeopleServer, type GatewayServer } from '../support/gateway-server.ts'
import { builtProgram } from '../support/program.ts'

const people = await startPeopleServer(t)
const noPipes = spawnSync('mkfifo', ['--version']).status !== 0 && 'there is no mkfifo here'

async function reload (server: GatewayServer, nth = 1): Promise<JsonObject> {
  server.program.signal('SIGHUP')
  return server.logs('configuration-reloaded', nth)
}

for (const workers of [1, 2]) {
  t.test(`SIGHUP — a secret in a file is read again, and a repaired one is used at once, with ${workers} worker(s)`, async t => {
    covers('reload.secret-files')
    const folder = t.testdir()
    const secret = join(folder, 'secret')
    writeFileSync(secret, 'a wrong one\n')
    const storage = { url: workers === 1 ? 'sqlite::memory:' : `sqlite:${join(folder, 'tickets.db')}` }
    const server = await startGatewayServer(
      t, people, { workers, storage, cache: { ttlSeconds: 0 } }, { INTROSPECTION_CLIENT_SECRET_FILE: secret }
    )
    const refused = await Promise.all(Array.from({ length: 20 }, (_, nth) => server.call('list_tickets', {}, { token: `person-${nth}` })))
    t.strictSame(new Set(refused.map(({ status }) => status)), new Set([503]))
    writeFileSync(secret, people.secret)
    await reload(server, workers)
    const answers = await Promise.all(Array.from({ length: 10 }, (_, nth) => server.call('list_tickets', {}, { token: `person-${nth + 20}` })))
    t.strictSame(new Set(answers.map(({ status }) => status)), new Set([200]))
    t.match(
      server.logged('configuration-reloaded')[0], { applied: ['authorizationServer.introspection.clientSecret'], fromEnvironment: [] }
    )
    t.equal(await server.status('/ready'), 200)
  })
}

t.test('SIGHUP — what a variable sets is named, because it cannot change', async t => {
  covers('reload.environment-is-said')
  const env = { INTROSPECTION_CLIENT_SECRET: people.secret, CACHE_TTL_SECONDS: '7' }
  const server = await startGatewayServer(t, people, {}, env)
  server.write({ cache: { ttlSeconds: 9 } })
  const line = await reload(server)
  t.match(line, { applied: [], msg: /what environment variables set stays as it is/ })
  t.strictSame(line['fromEnvironment'], ['authorizationServer.introspection.clientSecret', 'cache.ttlSeconds'])
})

t.test('SIGHUP — a missing secret file changes nothing, and is named', async t => {
  covers('reload.secret-files', 'reload.bad-file-changes-nothing')
  const secret = join(t.testdir(), 'secret')
  writeFileSync(secret, people.secret)
  const server = await startGatewayServer(t, people, {}, { INTROSPECTION_CLIENT_SECRET_FILE: secret })
  spawnSync('rm', [secret])
  server.program.signal('SIGHUP')
  t.match(await server.logs('reload-refused'), {
    msg: 'authorizationServer.introspection.clientSecret (INTROSPECTION_CLIENT_SECRET_FILE): the file cannot be read (ENOENT)'
  })
  t.equal((await server.call('list_tickets', {})).status, 200)
})

/** The common name of the certificate that the listener shows. */
function shownName (port: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: '/health', rejectUnauthorized: false, agent: false }, response => {
      response.resume()
      resolve((response.socket as TLSSocket).getPeerCertificate().subject.CN)
    })
    asked.on('error', reject)
    asked.end()
  })
}

for (const workers of [1, 2]) {
  t.test(`SIGHUP — a renewed certificate is shown from then on, a broken one is refused, with ${workers} worker(s)`, async t => {
    covers('reload.certificates')
    const folder = t.testdir()
    const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
    const install = (name: string) => {
      const { certPem, keyPem } = createCertificate(name)
      writeFileSync(tls.cert, certPem)
      writeFileSync(tls.key, keyPem)
    }
    install('the first')
    const storage = { url: workers === 1 ? 'sqlite::memory:' : `sqlite:${join(folder, 'tickets.db')}` }
    const server = await startGatewayServer(t, people, { tls, workers, storage })
    const { port } = new URL(server.origin)
    t.equal(await shownName(port), 'the first')
    install('the second')
    await reload(server, workers)
    t.strictSame(new Set([await shownName(port), await shownName(port)]), new Set(['the second']))
    t.match(server.logged('configuration-reloaded')[0], { applied: ['tls.cert', 'tls.key'] })
    writeFileSync(tls.key, 'no key')
    server.program.signal('SIGHUP')
    t.match(await server.logs('reload-refused', workers * 2), { event: 'reload-refused' })
    t.match(server.logged('reload-refused')[0], { msg: /^tls: tls\.cert and tls\.key: expected a certificate and its private key/ })
    t.equal(await shownName(port), 'the second')
  })
}

/** A pipe with a name, open for writing; `undefined` while no process has opened it for reading. */
function openIfRead (pipe: string): number | undefined {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
}

async function feed (pipe: string, text: string, whenOpen = () => {}): Promise<void> {
  let descriptor: number | undefined
  await eventually('it is being read', () => (descriptor = openIfRead(pipe)) !== undefined)
  whenOpen()
  writeSync(descriptor ?? -1, text)
  closeSync(descriptor ?? -1)
}

async function endOf (t: Test, child: ReturnType<typeof spawn>): Promise<void> {
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
}

for (const workers of [1, 2]) {
  t.test(`SIGHUP — during the start it is remembered, with ${workers} worker(s)`, { skip: noPipes }, async t => {
    covers('reload.during-start')
    const folder = t.testdir()
    const pipe = join(folder, 'gateway.json')
    spawnSync('mkfifo', [pipe])
    const storage = { url: workers === 1 ? 'sqlite::memory:' : `sqlite:${join(folder, 'tickets.db')}` }
    const text = JSON.stringify(configOf(people, { workers, storage }))
    const { PATH, HOME } = process.env
    const child = spawn(process.execPath, [builtProgram('dist/server.js')], {
      env: { PATH, HOME, GATEWAY_CONFIG: pipe }, stdio: ['ignore', 'pipe', 'inherit']
    })
    await endOf(t, child)
    const events: unknown[] = []
    createInterface({ input: child.stdout }).on('line', line => { events.push((JSON.parse(line) as JsonObject)['event']) })
    await feed(pipe, text, () => { child.kill('SIGHUP') })
    await eventually('the first reader has closed it', () => {
      const descriptor = openIfRead(pipe)
      if (descriptor !== undefined) closeSync(descriptor)
      return descriptor === undefined
    })
    await feed(pipe, text)
    // Workers that start after the second reading begin with what was read.
    const wanted = workers === 1 ? ['listening', 'configuration-reloaded'] : ['listening']
    await eventually('it serves', () => wanted.every(event => events.includes(event)))
    t.equal(child.exitCode, null)
  })
}
