// The package as npm packs it, installed into an empty project with the oldest and with the newest peers: its types compile without
// skipLibCheck, and the examples run. Needs the npm registry; where that cannot be reached the tests are skipped.

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'

const TYPESCRIPT = resolve('node_modules/typescript/bin/tsc')
const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { peerDependencies: Readonly<Record<string, string>> }
/** `>=5.2.0 <6` and `^4.3.0` begin with the oldest version. */
const oldest = (name: string) => /\d+\.\d+\.\d+/.exec(peerDependencies[name] ?? '')?.[0] ?? ''
const PEERS = {
  oldest: [`fastify@${oldest('fastify')}`, `zod@${oldest('zod')}`],
  newest: ['fastify@5', 'zod@4']
}
const OTHERS = ['@fastify/cors@11', '@types/node@20', '@modelcontextprotocol/client@2']

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
    skipLibCheck: false,
    outDir: 'out'
  },
  include: ['*.ts']
}

const registryMissing = spawnSync(
  'npm', ['view', 'zod', 'version', '--fetch-retries=0', '--fetch-timeout=10000'], { stdio: 'ignore' }
).status !== 0
const skip = registryMissing ? 'the npm registry cannot be reached' : false

function temporaryFolder (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'packed-package-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** Its test program has built dist/ already: the scripts would do it again. */
function pack (folder: string): string {
  const name = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { encoding: 'utf8' }).trim()
  return join(folder, name)
}

function run (command: string, args: readonly string[], cwd: string): { status: number | null, output: string } {
  const { NODE_OPTIONS: _, TAP: __, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env, timeout: 300_000 })
  return { status, output: `${stdout}${stderr}` }
}

for (const [age, peers] of Object.entries(PEERS)) {
  t.test(`package — with the ${age} peers its types compile strictly, and the examples run`, { skip }, async t => {
    const folder = temporaryFolder(t)
    const project = join(folder, 'project')
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', type: 'module', private: true }))
    const installed = run(
      'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', pack(folder), ...peers, ...OTHERS], project
    )
    t.equal(installed.status, 0, installed.output)
    cpSync('docs/examples', project, { recursive: true })
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    t.strictSame(run(process.execPath, [TYPESCRIPT, '-p', '.'], project), { status: 0, output: '' })
    const tested = run(process.execPath, ['--test', 'out/invoices.test.js'], project)
    t.equal(tested.status, 0, tested.output)
    const shop = `import { createShop } from './out/quick-start.js'
      const app = await createShop({ issuer: 'https://as.example', clientSecret: 'from-your-secret-store', database: { ordersOf: async () => [] } })
      console.log((await app.inject('/docs/mcp')).statusCode, (await app.inject({ method: 'POST', url: '/mcp' })).statusCode)
      await app.close()`
    writeFileSync(join(project, 'shop.mjs'), shop)
    t.strictSame(run(process.execPath, ['shop.mjs'], project), { status: 0, output: '200 401\n' })

    const server = run(process.execPath, ['node_modules/mcp-resource-gateway/dist/server.js'], project)
    t.not(server.status, 0, 'without a configuration the server does not start')
    cpSync('config/local.json', join(project, 'config/local.json'))
    const withoutDriver = run(process.execPath, ['node_modules/mcp-resource-gateway/dist/server.js'], project)
    t.equal(withoutDriver.status, 1)
    t.match(withoutDriver.output, 'storage.url names SQLite, which needs the package libsql: npm install libsql')
  })
}

t.test('package — holds what the exports name, and no picture and no source', async t => {
  const { output } = run('npm', ['pack', '--ignore-scripts', '--dry-run', '--json'], process.cwd())
  const [{ files }] = JSON.parse(output.slice(output.indexOf('['))) as [{ files: ReadonlyArray<{ path: string }> }]
  const paths = new Set(files.map(({ path }) => path))
  const wanted = [
    'dist/index.js', 'dist/index.d.ts', 'dist/testing/testing.js', 'dist/testing/testing.d.ts', 'dist/cli.js', 'dist/server.js',
    'docs/own-tools.md'
  ]
  t.strictSame(wanted.filter(path => !paths.has(path)), [])
  t.strictSame([...paths].filter(path => /\.png$|^src\/|^test\/|tickets\/.*\.d\.ts$|practice-as/.test(path)), [])
})
