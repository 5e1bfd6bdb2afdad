// The changelog at a release: npm version runs it after it has set the new version, and the commit it makes includes the result. npm
// publish runs it with --check. https://docs.npmjs.com/cli/v11/commands/npm-version

import { readFileSync, writeFileSync } from 'node:fs'
import { readCommandLine } from './command-line.ts'

const USAGE = `Usage: node .build/scripts/release-changelog.js [--check]

Gives what stands under [Unreleased] in CHANGELOG.md the version of package.json and the date
of today. With --check: ends with 1 unless CHANGELOG.md has the version and package.json names
the repository, which the provenance of npm publish needs.
`
const FILE = 'CHANGELOG.md'
const UNRELEASED = '## [Unreleased]\n'

const { check } = readCommandLine(USAGE, { check: { type: 'boolean' } })
const { version, repository } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string, repository?: unknown }
const text = readFileSync(FILE, 'utf8')
const isThere = text.includes(`\n## [${version}]`)

if (check === true) {
  if (!isThere) fail(`${FILE} has no section [${version}]: npm version makes it`)
  if (repository === undefined) fail('package.json names no repository: npm pkg set repository.type=git repository.url=git+https://…')
} else {
  if (isThere) fail(`${FILE} has a section [${version}] already`)
  const start = text.indexOf(UNRELEASED)
  const notes = start === -1 ? '' : text.slice(start + UNRELEASED.length).split('\n## ', 1)[0]?.trim() ?? ''
  if (notes === '') fail(`${FILE}: nothing stands under [Unreleased]`)
  const today = new Date().toISOString().slice(0, 10)
  const head = text.slice(0, start + UNRELEASED.length)
  writeFileSync(FILE, `${head}\n## [${version}] - ${today}\n${text.slice(start + UNRELEASED.length)}`)
}

function fail (message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
