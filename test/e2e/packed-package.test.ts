// The package as npm packs it, installed into an empty project with the oldest and with the newest peers: its types compile without
// skipLibCheck, and the examples run. Needs the npm registry; where that cannot be reached the tests are skipped.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { folderOutside, pack, runIn, withoutRegistry } from '../support/installed-package.ts'

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

const skip = withoutRegistry()

for (const [age, peers] of Object.entries(PEERS)) {
  t.test(`package — with the ${age} peers its types compile strictly, and the examples run`, { skip }, async t => {
    const folder = folderOutside(t)
    const project = join(folder, 'project')
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', type: 'module', private: true }))
    const installed = runIn(
      project, 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', pack(folder), ...peers, ...OTHERS]
    )
    t.equal(installed.status, 0, installed.output)
    cpSync('docs/examples', project, { recursive: true })
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    t.strictSame(runIn(project, process.execPath, [TYPESCRIPT, '-p', '.']), { status: 0, output: '' })
    const tested = runIn(project, process.execPath, ['--test', 'out/invoices.test.js'])
    t.equal(tested.status, 0, tested.output)
    const shop = `import { createShop } from './out/quick-start.js'
      const app = await createShop({ issuer: 'https://as.example', clientSecret: 'from-your-secret-store', database: { ordersOf: async () => [] } })
      console.log((await app.inject('/docs/mcp')).statusCode, (await app.inject({ method: 'POST', url: '/mcp' })).statusCode)
      await app.close()`
    writeFileSync(join(project, 'shop.mjs'), shop)
    t.strictSame(runIn(project, process.execPath, ['shop.mjs']), { status: 0, output: '200 401\n' })
    // CI runs this test on the oldest line and on the newest; the line between them has its turn here.
    if (age === 'newest' && process.versions.node.startsWith('20.')) {
      const exec = ['exec', '--yes', '--prefer-offline', '--package=node@22', '--', 'node']
      const on22 = (...args: string[]) => runIn(project, 'npm', [...exec, ...args])
      t.match(on22('--version'), { status: 0, output: /^v22\./ })
      t.strictSame(on22(TYPESCRIPT, '-p', '.'), { status: 0, output: '' })
      t.strictSame(on22('shop.mjs'), { status: 0, output: '200 401\n' })
    }

    const server = runIn(project, process.execPath, ['node_modules/mcp-resource-gateway/dist/server.js'])
    t.not(server.status, 0, 'without a configuration the server does not start')
    cpSync('config/local.json', join(project, 'config/local.json'))
    const withoutDriver = runIn(project, process.execPath, ['node_modules/mcp-resource-gateway/dist/server.js'])
    t.equal(withoutDriver.status, 1)
    t.match(withoutDriver.output, 'storage.url names SQLite, which needs the package libsql: npm install libsql')
  })
}

t.test('package — holds what the exports name, and no picture and no source', async t => {
  const { output } = runIn(process.cwd(), 'npm', ['pack', '--ignore-scripts', '--dry-run', '--json'])
  const [{ files }] = JSON.parse(output.slice(output.indexOf('['))) as [{ files: ReadonlyArray<{ path: string }> }]
  const paths = new Set(files.map(({ path }) => path))
  const wanted = [
    'dist/index.js', 'dist/index.d.ts', 'dist/testing/testing.js', 'dist/testing/testing.d.ts', 'dist/tickets/tickets.d.ts',
    'dist/cli.js', 'dist/server.js',
    'docs/own-tools.md'
  ]
  t.strictSame(wanted.filter(path => !paths.has(path)), [])
  t.strictSame([...paths].filter(path => /\.png$|^src\/|^test\/|tickets\/(?!tickets\.d\.ts$).*\.d\.ts$|storage\/|practice-as\//.test(path)), [])
})
