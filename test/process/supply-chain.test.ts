// The dependencies and the contents of the package, read from the lock file and from what npm would pack.

import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { builtProgram, programArguments } from '../support/program.ts'

const run = promisify(execFile)

interface LockedPackage {
  readonly version: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly hasInstallScript?: boolean
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Readonly<Record<string, LockedPackage>> }
const locked = Object.entries(packages).filter(([name]) => name !== '')
const production = locked.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true)
/** Part of the practice programs. */
const bundled: readonly string[] = JSON.parse(readFileSync(builtProgram('dist/practice/packages.json'), 'utf8')) as string[]
const shipped = new Set([...production.map(([path]) => path), ...bundled])

t.test('lock file — exact versions with their digests, and no addresses', t => {
  covers('supply.lock-file-exact')
  for (const [name, { version, integrity, resolved }] of locked) {
    if (!/^\d+\.\d+\.\d+/.test(version) || integrity?.startsWith('sha512-') !== true || resolved !== undefined) t.fail(name)
  }
  t.ok(locked.length > 100)
  t.ok(existsSync('.npmrc'), 'the setting that keeps addresses out')
  t.end()
})

t.test('production dependencies — few, and none runs a script when it is installed', t => {
  covers('supply.no-install-scripts')
  t.same(production.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([name]) => name), [])
  t.ok(production.length > 10 && production.length < 150, `${production.length} packages`)
  const names = production.map(([name]) => name)
  for (const absent of ['oidc-provider', 'tap', 'typescript', 'pg', 'ioredis', '@authlete/typescript-sdk', '@opentelemetry/sdk-trace-base']) t.notOk(names.includes(`node_modules/${absent}`), absent)
  t.end()
})

t.test('what is shipped — the registry knows no weakness of it; skipped where it does not answer', async t => {
  covers('supply.no-known-weaknesses')
  // It ends with 1 for a weakness and for a registry that does not answer; the report tells them apart.
  const { stdout } = await run('npm', ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=15000'],
    { maxBuffer: 16_000_000 })
    .catch((error: unknown) => error as { stdout?: string })
  const report = asReport(stdout)
  if (report === undefined) {
    t.skip('weaknesses were not looked up: the registry does not answer npm audit here', () => {})
    return
  }
  const ofShipped = Object.entries(report.vulnerabilities).filter(([, { nodes = [] }]) => nodes.some(path => shipped.has(path)))
  t.same(ofShipped.map(([name, { severity }]) => `${name}: ${severity}`), [])
})

t.test('signatures — every installed package has a valid one; skipped where the registry does not give its keys', async t => {
  covers('supply.signatures')
  const { stdout } = await run('npm', ['audit', 'signatures', '--json', '--fetch-retries=0', '--fetch-timeout=10000'],
    { maxBuffer: 16_000_000, timeout: 20_000 })
    .catch((error: unknown) => error as { stdout?: string })
  const report = signatureReport(stdout)
  if (report === undefined) {
    t.skip('signatures were not verified: the registry does not give its keys here', () => {})
    return
  }
  t.strictSame(report.invalid, [])
})

function signatureReport (text = ''): { readonly invalid: readonly unknown[] } | undefined {
  try {
    const { invalid } = JSON.parse(text) as { readonly invalid?: readonly unknown[] }
    return invalid === undefined ? undefined : { invalid }
  } catch {
    return undefined
  }
}

interface AuditReport {
  readonly vulnerabilities: Readonly<Record<string, { readonly severity: string, readonly nodes?: readonly string[] }>>
}

function asReport (text = ''): AuditReport | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<AuditReport>
    return parsed.vulnerabilities === undefined ? undefined : { vulnerabilities: parsed.vulnerabilities }
  } catch {
    return undefined
  }
}

t.test('audit report — a weakness is read as one, and an answer that is none is not', t => {
  t.same(asReport('{"auditReportVersion":2,"vulnerabilities":{"a":{"severity":"high"}}}'), { vulnerabilities: { a: { severity: 'high' } } })
  t.same(asReport('{"auditReportVersion":2,"vulnerabilities":{}}'), { vulnerabilities: {} })
  for (const none of ['', '{"message":"405 Method Not Allowed","statusCode":405}', 'npm error']) t.equal(asReport(none), undefined)
  t.end()
})

t.test('package — what runs and what explains it, without tests, scripts or sources', async t => {
  covers('supply.package-contents')
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { maxBuffer: 16_000_000 })
  const [{ files }] = JSON.parse(stdout) as [{ files: ReadonlyArray<{ path: string }> }]
  const paths = files.map(({ path }) => path)
  for (const needed of ['package.json', 'README.md', 'LICENSE', 'config/local.json', 'config/schema.json', 'docs/threat-model.md']) {
    t.ok(paths.includes(needed), needed)
  }
  const { bin = {}, exports: { '.': main } } =
    JSON.parse(readFileSync('package.json', 'utf8')) as { bin?: Record<string, string>, exports: { '.': Record<string, string> } }
  if (existsSync('dist')) {
    for (const file of [...Object.values(main), ...Object.values(bin)]) t.ok(paths.includes(file.replace('./', '')), file)
  }
  t.same(paths.filter(path => /(?:^|\/)(?:test|scripts|bench|src|practice-as|node_modules|\.[^/]*)(?:\/|$)/.test(path)), [])
  t.same(paths.filter(path => /\.(?:db|env|pem|key|log|tgz)$/.test(path) && !/\/example\.env$/.test(path)), [])
})

t.test('practice programs — are in files of their own, which no other program and no export loads', t => {
  covers('supply.practice-programs-apart')
  t.ok(bundled.includes('node_modules/oidc-provider'))
  t.strictSame(readdirSync('dist/practice').toSorted(), ['licenses.txt', 'packages.json', 'practice-as.js', 'ticket-site.js'])
  const others = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter(file => /\.c?js$/.test(file) && !file.startsWith('practice/'))
  t.strictSame(others.filter(file => readFileSync(`dist/${file}`, 'utf8').includes('practice/practice-as')), ['cli/mcp-resource-gateway.cjs'])
  t.strictSame(others.filter(file => /(?:require|from|import)[ (]*['"](?:oidc-provider|openid-client)/.test(readFileSync(`dist/${file}`, 'utf8'))), [])
  const licenses = readFileSync('dist/practice/licenses.txt', 'utf8')
  t.strictSame(bundled.filter(path => !licenses.includes(`${path.slice(path.lastIndexOf('node_modules/') + 13)} ${packages[path]?.version ?? ''} (`)), [])
  t.end()
})

t.test('bill of materials — names what is installed in production and what is bundled, and nothing else', async t => {
  covers('supply.bill-of-materials')
  const { stdout } = await run(process.execPath, programArguments('scripts/sbom'), { maxBuffer: 16_000_000 })
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string
    components: ReadonlyArray<{ name: string, version: string, purl: string, hashes: [{ content: string }] }>
  }
  t.equal(bomFormat, 'CycloneDX')
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`))
  const installed = new Set([...shipped].map(path => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${packages[path]?.version ?? ''}`))
  t.same([...listed].toSorted(), [...installed].toSorted())
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) t.ok(components.some(component => component.name === name), name)
  for (const { purl, hashes: [{ content }] } of components) if (!/^pkg:npm\/\S+@\d/.test(purl) || content.length !== 128) t.fail(purl)
})
