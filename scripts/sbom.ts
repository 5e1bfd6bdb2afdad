// What is the gateway made of? A bill of materials of the production dependencies and of what is bundled into the practice programs, from
// the lock file: `npm sbom --omit=dev` leaves out whatever a development dependency needs as well, zod and jose among them.

import { readFileSync } from 'node:fs'
import { readCommandLine } from './command-line.ts'

const USAGE = `Usage: npm run --silent sbom

Writes a CycloneDX 1.5 bill of materials of the production dependencies, as JSON, to
standard output. Packages that are bundled into dist/practice have the scope "optional": the
command "tutorial" alone runs them. Equal lock files give equal bills.
`

interface LockedPackage {
  readonly version: string
  readonly license?: string
  readonly integrity: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optional?: boolean
}

const FOLDER = 'node_modules/'

readCommandLine(USAGE, {})
const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string, version: string, license: string }
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Readonly<Record<string, LockedPackage>> }

const bundled = new Set(JSON.parse(readFileSync('dist/practice/packages.json', 'utf8')) as readonly string[])

const components = Object.entries(packages)
  .filter(([path, { dev, devOptional }]) => path !== '' && (bundled.has(path) || (dev !== true && devOptional !== true)))
  .map(([path, locked]) => component(path.slice(path.lastIndexOf(FOLDER) + FOLDER.length), { ...locked, optional: bundled.has(path) }))
const unique = [...new Map(components.map(entry => [entry.purl, entry])).values()]

process.stdout.write(`${JSON.stringify({
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': `${name}@${version}`, name, version, licenses: [{ license: { id: license } }] } },
  components: unique
}, null, 2)}\n`)

function component (full: string, { version, license, integrity, optional = false }: LockedPackage) {
  const purl = `pkg:npm/${full.replace('@', '%40')}@${version}`
  return {
    type: 'library',
    'bom-ref': purl,
    name: full,
    version,
    scope: optional ? 'optional' : 'required',
    purl,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }],
    // What a package says of itself may be an expression such as (MIT OR Apache-2.0).
    ...(license === undefined ? {} : { licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }] })
  }
}
