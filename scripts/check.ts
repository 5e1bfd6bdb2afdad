// Runs every check, the tests last, prints every failure, and ends with a line that counts them. The same program runs
// on a developer's machine and in CI.

import { npmScript, program, tests, type Check } from './check/steps.ts'
import { readCommandLine } from './command-line.ts'

const USAGE = `Usage: npm test [-- --also-on-node VERSION]     everything that CI runs
       npm run check                            what is wanted before a commit

Runs types, lint, boundaries, unused code, document checks, the build, the site, a short benchmark and every test.
Each check counts as one, the tests by their assertions.

  --quick                 leaves out the build, the benchmark and every test but unit tests and
                          pins, which run from their sources; npm run check is this
  --also-on-node VERSION  runs the tests once more on that version of Node.js,
                          which npm fetches
  --help                  prints this

Exit status: 0 when nothing failed, 1 when something did, 2 for a wrong command line.
`

const {
  'also-on-node': version, quick = false
} = readCommandLine(USAGE, { 'also-on-node': { type: 'string' }, quick: { type: 'boolean' } })
if (version !== undefined && !/^\d+(?:\.\d+){0,2}$/.test(version)) {
  process.stderr.write('--also-on-node: expected a version such as 24; --help lists the options\n')
  process.exit(2)
}

const types = npmScript('types', 'compile')
/** It takes as long as everything else that only reads, and has one thread: the two go on at the same time. */
const lint = npmScript('lint', 'lint')
const readings: readonly Check[] = [
  npmScript('boundaries', 'boundaries'),
  npmScript('unused code', 'unused'),
  program('documents', process.execPath, ['.build/scripts/generate-docs.js', '--check'])
]

const SECOND = { TESTED_ON_FIRST_NODE: 'yes' }

const preparations: readonly Check[] = [
  npmScript('build', 'build'),
  // A run that finds other plugins built than .taprc names builds them, and still loads the old ones itself.
  npmScript('test runner', 'test:prepare'),
  program('site', process.execPath, ['.build/scripts/build-site.js'])
]

/** Alone, one after the other. */
const measured = (): readonly Check[] => [
  npmScript('speed and growth', 'bench:short'),
  tests(`tests on Node ${process.versions.node}`, [process.execPath]),
  ...(version === undefined ? [] : [tests(`tests on Node ${version}`, ['npm', 'exec', '--yes', `--package=node@${version}`, '--', 'node'], SECOND)])
]

const write = (line: string) => { process.stdout.write(`${line}\n`) }
const total = { passed: 0, skipped: 0, failures: [] as string[] }

async function runInTurn (checks: readonly Check[]): Promise<void> {
  for (const { name, run } of checks) {
    const startedAt = performance.now()
    const { passed, skipped, failures } = await run(line => { write(`  ${line}`) })
    total.passed += passed
    total.skipped += skipped
    total.failures.push(...failures)
    write(`${failures.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  }
}

await runInTurn([types])
await Promise.all([runInTurn([lint]), runInTurn(quick ? readings : [...readings, ...preparations])])
await runInTurn(quick ? [npmScript('unit tests and pins', 't', 'test/unit/', 'test/pins/')] : measured())

for (const failure of total.failures) write(`\n${failure}`)
write('')
if (total.skipped > 0) write(`${total.skipped} skipped`)
write(`${total.passed} passed, ${total.failures.length} failed`)
process.exitCode = total.failures.length === 0 ? 0 : 1
