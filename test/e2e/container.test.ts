// Does the image work, as far as that can be seen without a container? The steps of the Dockerfile in a folder of their own: what
// it copies is there, what it installs is enough, what it starts answers and ends.

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { ENVIRONMENT_VARIABLES } from '../../src/config/environment.ts'
import { covers } from '../support/covers.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const run = promisify(execFile)
const DATA = '/var/lib/mcp-resource-gateway'

/** A module that tells at the end of a program which files it has required. */
const TELL_REQUIRED = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module'
  const { cache } = createRequire('/')
  process.on('exit', () => { process.stderr.write('required: ' + JSON.stringify(Object.keys(cache)) + '\\n') })
`)}`

interface Stage { readonly name: string | undefined, readonly steps: ReadonlyArray<readonly [instruction: string, argument: string]> }

function readStages (file: string): readonly Stage[] {
  const lines = readFileSync(file, 'utf8').replace(/\\\n\s*/g, '').split('\n').filter(line => line !== '' && !line.startsWith('#'))
  const stages: Array<{ name: string | undefined, steps: Array<[string, string]> }> = []
  for (const line of lines) {
    const [instruction = '', ...rest] = line.split(' ')
    const argument = rest.join(' ')
    if (instruction === 'FROM') stages.push({ name: / AS (\w+)$/.exec(argument)?.[1], steps: [] })
    else stages.at(-1)?.steps.push([instruction, argument])
  }
  return stages
}

const stages = readStages('scripts/docker/Dockerfile')
const final = stages.at(-1)
const stepsOf = (stage: Stage | undefined, instruction: string): string[] =>
  stage?.steps.flatMap(([name, argument]) => name === instruction ? [argument] : []) ?? []

/** `COPY` from the context: its sources, and where they go. */
function copiesOf (stage: Stage | undefined): Array<{ readonly sources: readonly string[], readonly target: string }> {
  return stepsOf(stage, 'COPY').filter(argument => !argument.startsWith('--from=')).map(argument => {
    const words = argument.split(' ')
    return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
  })
}

t.test('image — copies what exists and its ignore file lets through, runs as nobody in particular', t => {
  const allowed = readFileSync('scripts/docker/Dockerfile.dockerignore', 'utf8').split('\n').filter(line => line.startsWith('!'))
    .map(line => line.slice(1))
  for (const stage of stages) {
    for (const source of copiesOf(stage).flatMap(({ sources }) => sources)) {
      t.ok(existsSync(source), source)
      t.ok(allowed.includes(source), `${source} is part of the context`)
    }
  }
  t.same(stepsOf(final, 'USER'), ['node'])
  t.match(stepsOf(final, 'CMD').at(-1), 'dist/server.js')
  t.match(stepsOf(final, 'HEALTHCHECK')[0], '/health')
  t.notMatch(readFileSync('scripts/docker/Dockerfile', 'utf8'), /SECRET|PASSWORD|TOKEN/, 'no secret becomes part of an image')
  t.end()
})

t.test('compose file — sets variables that the gateway reads, and names a secret nowhere', t => {
  const text = readFileSync('scripts/docker/compose.yaml', 'utf8')
  const gateway = text.slice(text.indexOf('  gateway:'), text.indexOf('  database:'))
  const names = [...gateway.matchAll(/^ {6}([A-Z_]+): /gm)].map(([, name = '']) => name)
  t.ok(names.length >= 5)
  const known = new Set(ENVIRONMENT_VARIABLES.map(({ name }) => name))
  for (const name of names) t.ok(known.has(name), name)
  t.notMatch(text, /^ +\w*(?:SECRET|PASSWORD): *[^$\s]/m, 'secrets come from the environment')
  t.match(text, 'dockerfile: scripts/docker/Dockerfile')
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

t.test('image — its production dependencies are enough to start, answer and end', async t => {
  covers('operations.production-install')
  const folder = mkdtempSync(join(tmpdir(), 'image-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const dependencies = stages.find(({ name }) => name === 'dependencies')
  for (const { sources } of copiesOf(dependencies)) for (const source of sources) cpSync(source, join(folder, source))
  for (const command of stepsOf(dependencies, 'RUN')) await run('sh', ['-c', command], { cwd: folder })
  const locked = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { version: string }> }
  const installed = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as typeof locked
  t.ok('node_modules/pg' in installed.packages)
  for (const [name, { version }] of Object.entries(installed.packages)) t.equal(version, locked.packages[name]?.version, `${name} is the one of the lock file`)
  for (const absent of ['typescript', 'oidc-provider', 'tap', '@opentelemetry/sdk-trace-base', 'ioredis']) {
    t.notOk(existsSync(join(folder, 'node_modules', absent)), absent)
  }

  cpSync('dist', join(folder, 'dist'), { recursive: true })
  t.notOk(existsSync(join(folder, 'dist/practice-as')), 'the practice server is not part of it')
  mkdirSync(join(folder, 'config'))
  const data = join(folder, 'data')
  const config = JSON.parse(readFileSync('scripts/docker/container.json', 'utf8').replaceAll(DATA, data)) as Record<string, object>
  const [port = 0] = await freePorts(1)
  writeFileSync(join(folder, 'config/container.json'),
    JSON.stringify({ ...config, host: '127.0.0.1', port, metrics: { ...config['metrics'], host: '127.0.0.1', port: 0 }, limits: {} }))

  const gateway = startProgram('sh', ['-c', `cd "${folder}" && exec "${process.execPath}" dist/server.js`], {
    NODE_ENV: 'production',
    GATEWAY_CONFIG: 'config/container.json',
    RESOURCE_IDENTIFIER: 'https://tickets.example/mcp',
    AUTHORIZATION_SERVER_ISSUER: 'https://login.example',
    INTROSPECTION_CLIENT_ID: 'tickets',
    INTROSPECTION_CLIENT_SECRET: 'long-enough-to-be-real'
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
