// Does the image work, as far as that can be seen without a container? The steps of the Dockerfile in a folder of their own: what
// it copies is there, what it installs is enough, what it starts answers and ends. `sh scripts/image.sh` builds the whole image.

import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, sep } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createCertificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import { copiesOf, readDockerfile, stepsOf } from '../support/dockerfile.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const run = promisify(execFile)
const DATA = '/var/lib/mcp-resource-gateway'
const FOLDER = 'deploy/container'
const MOST_BYTES = 120_000_000
const ENVIRONMENT = {
  RESOURCE_IDENTIFIER: 'https://tickets.example/mcp',
  AUTHORIZATION_SERVER_ISSUER: 'https://login.example',
  INTROSPECTION_CLIENT_ID: 'tickets',
  INTROSPECTION_CLIENT_SECRET: 'long-enough-to-be-real'
}

/** A module that tells at the end of a program which files it has required. */
const TELL_REQUIRED = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module'
  const { cache } = createRequire('/')
  process.on('exit', () => { process.stderr.write('required: ' + JSON.stringify(Object.keys(cache)) + '\\n') })
`)}`

const { args, stages } = readDockerfile(`${FOLDER}/Dockerfile`)
const final = stages.at(-1)
const dependencies = stages.find(({ name }) => name === 'dependencies')

function bytesOf (folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => lstatSync(join(folder, name)))
    .reduce((sum, { size }) => sum + size, 0)
}

t.test('image — copies what exists and its ignore file lets through, from a base with a digest, and runs without privileges', t => {
  const allowed = readFileSync(`${FOLDER}/Dockerfile.dockerignore`, 'utf8').split('\n').filter(line => line.startsWith('!'))
    .map(line => line.slice(1))
  for (const source of stages.flatMap(stage => copiesOf(stage).flatMap(({ sources }) => sources))) {
    t.ok(existsSync(source), source)
    t.ok(allowed.includes(source), `${source} is part of the context`)
  }
  t.match(args.get('NODE_IMAGE'), /^docker\.io\/library\/node:24-[\w-]+@sha256:[0-9a-f]{64}$/)
  t.strictSame([...new Set(stages.map(({ base }) => base))], ['$' + '{NODE_IMAGE}'])
  t.same(stepsOf(final, 'USER'), ['node'])
  t.match(stepsOf(final, 'CMD').at(-1), 'dist/server.js')
  t.match(stepsOf(final, 'HEALTHCHECK')[0], 'healthcheck.mjs')
  t.match(stepsOf(final, 'LABEL')[0], `version="${(JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version}"`)
  t.ok(stages.filter(({ name }) => name !== undefined).every(stage => stepsOf(stage, 'RUN').some(command => command.includes('npm ci'))))
  t.notMatch(readFileSync(`${FOLDER}/Dockerfile`, 'utf8'), /SECRET|PASSWORD|TOKEN/, 'no secret becomes part of an image')
  t.end()
})

t.test('server — loads the packages that its configuration needs, and no others', async t => {
  const [port = 0] = await freePorts(1)
  const server = startProgram(process.execPath, ['--import', TELL_REQUIRED, builtProgram('dist/server.js')], {
    PORT: String(port), RESOURCE_IDENTIFIER: `http://localhost:${port}/mcp`, STORAGE_URL: 'sqlite::memory:'
  })
  t.teardown(() => { server.signal('SIGKILL') })
  await server.line(/"event":"listening"/)
  server.signal('SIGTERM')
  const files = JSON.parse((await server.line(/^required: /)).replace('required: ', '')) as string[]
  const isLoaded = (name: string) => files.some(file => file.includes(`${sep}${join('node_modules', name)}${sep}`))
  // undici: for the self-test of the credentials, once the server listens
  for (const name of ['fastify', 'libsql', 'zod', 'undici']) t.ok(isLoaded(name), name)
  for (const name of [
    'jose', 'pg', 'ioredis', 'prom-client', '@fastify/rate-limit', '@authlete/typescript-sdk', '@opentelemetry/api',
    '@fastify/ajv-compiler', 'ajv'
  ]) t.notOk(isLoaded(name), name)
})

t.test('image — what it installs is small, is of the lock file, and is enough to start, answer and end', async t => {
  covers('operations.production-install')
  const folder = mkdtempSync(join(tmpdir(), 'image-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  for (const { sources } of copiesOf(dependencies)) for (const source of sources) cpSync(source, join(folder, basename(source)))
  for (const command of stepsOf(dependencies, 'RUN')) await run('sh', ['-c', command], { cwd: folder })
  const locked = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { version: string }> }
  const installed = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as typeof locked
  const different = Object.entries(installed.packages).filter(([name, { version }]) => version !== locked.packages[name]?.version)
  t.strictSame(different, [], 'each version is that of the lock file')
  for (const present of ['libsql', 'pg', 'ioredis', '@opentelemetry/sdk-trace-base', '@opentelemetry/exporter-trace-otlp-http']) {
    t.ok(existsSync(join(folder, 'node_modules', present)), present)
  }
  for (const absent of ['typescript', 'oidc-provider', 'tap', 'openid-client', '@types/node']) {
    t.notOk(existsSync(join(folder, 'node_modules', absent)), absent)
  }
  cpSync('dist', join(folder, 'dist'), { recursive: true })
  t.notOk(existsSync(join(folder, 'dist/practice-as')), 'the practice server is not part of it')
  const bytes = bytesOf(folder)
  t.ok(bytes < MOST_BYTES, `${Math.round(bytes / 1e6)} MB`)

  mkdirSync(join(folder, 'config'))
  const data = join(folder, 'data')
  const config = JSON.parse(readFileSync(`${FOLDER}/container.json`, 'utf8').replaceAll(DATA, data)) as Record<string, object>
  const [port = 0] = await freePorts(1)
  writeFileSync(join(folder, 'config/container.json'),
    JSON.stringify({ ...config, host: '127.0.0.1', port, metrics: { ...config['metrics'], host: '127.0.0.1', port: 0 }, limits: {} }))

  const gateway = startProgram('sh', ['-c', `cd "${folder}" && exec "${process.execPath}" dist/server.js`], {
    NODE_ENV: 'production', GATEWAY_CONFIG: 'config/container.json', ...ENVIRONMENT
  })
  t.teardown(() => { gateway.signal('SIGKILL') })
  await gateway.line(/"event":"listening"/)
  t.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200)
  const metrics = JSON.parse(await gateway.line(/"event":"metrics"/)) as { port: number }
  t.equal((await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).status, 200)
  t.equal((await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status, 401)
  t.ok(existsSync(join(data, 'audit.log')))
  gateway.signal('SIGTERM')
  t.match(await gateway.ended, { code: 0 })
})

const HEALTH = 'health check — follows PORT, TLS and the listener for probes, and fails when nothing answers'

t.test(HEALTH, { skip: whySkippedTheSecondTime }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'health-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const { certPem, keyPem } = createCertificate('localhost')
  writeFileSync(join(folder, 'cert.pem'), certPem)
  writeFileSync(join(folder, 'key.pem'), keyPem)
  const [first = 0, second = 0, probes = 0] = await freePorts(3)
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), clientCa: join(folder, 'cert.pem') }
  const cases: ReadonlyArray<readonly [string, JsonObject, Record<string, string>]> = [
    ['PORT', { host: '0.0.0.0', port: first }, { PORT: String(second) }],
    ['TLS', { host: '::', port: first, tls }, {}],
    ['the listener for probes', { host: '127.0.0.1', port: first, tls, health: { host: '0.0.0.0', port: probes } }, {}]
  ]
  for (const [what, changes, variables] of cases) {
    const file = join(folder, 'gateway.json')
    writeFileSync(file, JSON.stringify({ authorizationServer: { introspection: {} }, storage: { url: 'sqlite::memory:' }, ...changes }))
    const env = { GATEWAY_CONFIG: file, ...ENVIRONMENT, ...variables }
    const check = async () => (await startProgram(process.execPath, [`${FOLDER}/healthcheck.mjs`], env).ended).code
    const gateway = startProgram(process.execPath, [builtProgram('dist/server.js')], env)
    t.teardown(() => { gateway.signal('SIGKILL') })
    await gateway.line(/"event":"listening"/)
    t.equal(await check(), 0, what)
    gateway.signal('SIGTERM')
    await gateway.ended
    t.equal(await check(), 1, `${what}, ended`)
  }
})

const hasNamespaces = spawnSync('unshare', ['--pid', '--fork', 'true'], { stdio: 'ignore' }).status === 0
const noNamespace = hasNamespaces ? false : 'no PID namespace may be made here'

t.test('process 1 — reloads on SIGHUP, and ends with 0 on SIGTERM', { skip: whySkippedTheSecondTime || noNamespace }, async t => {
  for (const workers of ['1', '2']) {
    const folder = mkdtempSync(join(tmpdir(), 'process-1-'))
    t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
    const file = join(folder, 'gateway.json')
    writeFileSync(file, JSON.stringify({
      host: '127.0.0.1', port: 0, authorizationServer: { introspection: {} }, storage: { url: `sqlite:${folder}/tickets.db` }
    }))
    const outside = startProgram('unshare', ['--pid', '--fork', '--kill-child', process.execPath, builtProgram('dist/server.js')], {
      GATEWAY_CONFIG: file, WORKERS: workers, ...ENVIRONMENT
    })
    t.teardown(() => { outside.signal('SIGKILL') })
    await outside.line(/"event":"listening"/)
    const child = Number(readFileSync(`/proc/${outside.pid}/task/${outside.pid}/children`, 'utf8'))
    t.match(readFileSync(`/proc/${child}/status`, 'utf8'), /^NSpid:\s+\d+\s+1$/m, 'it is process 1')
    process.kill(child, 'SIGHUP')
    await outside.line(/"event":"configuration-reloaded"/)
    process.kill(child, 'SIGTERM')
    t.match(await outside.ended, { code: 0 }, `${workers} worker(s)`)
  }
})
