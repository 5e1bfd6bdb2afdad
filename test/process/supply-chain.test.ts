// The dependencies and the contents of the package, read from the lock file and from what npm would pack.

import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { programArguments } from '../support/program.ts'

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

t.test('production dependencies — the registry knows no weakness of them; skipped where it does not answer', async t => {
  covers('supply.no-known-weaknesses')
  // It ends with 1 for a weakness and for a registry that does not answer; the report tells them apart.
  const { stdout } = await run('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=15000'],
    { maxBuffer: 16_000_000 })
    .catch((error: unknown) => error as { stdout?: string })
  const report = asReport(stdout)
  if (report === undefined) {
    t.skip('weaknesses were not looked up: the registry does not answer npm audit here', () => {})
    return
  }
  t.same(Object.entries(report.vulnerabilities).map(([name, { severity }]) => `${name}: ${severity}`), [])
})

interface AuditReport { readonly vulnerabilities: Readonly<Record<string, { readonly severity: string }>> }

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

t.test('package — what runs and what explains it, without tests, scripts or the practice server', async t => {
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

t.test('bill of materials — names what is installed in production, and nothing else', async t => {
  covers('supply.bill-of-materials')
  const { stdout } = await run(process.execPath, programArguments('scripts/sbom'), { maxBuffer: 16_000_000 })
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string
    components: ReadonlyArray<{ name: string, version: string, purl: string, hashes: [{ content: string }] }>
  }
  t.equal(bomFormat, 'CycloneDX')
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`))
  const installed = new Set(production.map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`))
  t.same([...listed].toSorted(), [...installed].toSorted())
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) t.ok(components.some(component => component.name === name), name)
  for (const { purl, hashes: [{ content }] } of components) if (!/^pkg:npm\/\S+@\d/.test(purl) || content.length !== 128) t.fail(purl)
})
