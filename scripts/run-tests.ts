// Runs test files from their sources, without compiling, and prints what failed: `npm run t -- unit/tickets`.

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { selectTests } from './check/select-tests.ts'
import { createFileReader } from './check/tap-results.ts'
import { readTestTree } from './check/test-tree.ts'

const USAGE = `Usage: npm run t -- NAME...

Runs the test files that are named, from their sources. A name is one of
  test/unit/tickets.test.ts      a test file
  unit/tickets  http  limits     a part of its path
  src/policy/decide.ts           a source file: the tests that import it

What a test prints is shown; of the assertions only those that fail. A test that starts the built
program needs npm run build first, and says so.

Exit status: 0 when nothing failed, 1 when something did, 2 for a wrong command line.
`
const TIMEOUT_SECONDS = '300'

const names = process.argv.slice(2)
if (names.some(name => name === '--help' || name === '-h')) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const option = names.find(name => name.startsWith('-'))
if (names.length === 0 || option !== undefined) {
  process.stderr.write(`${option === undefined ? 'Name a test file, a part of its path or a source file' : `Unknown option '${option}'`}; --help shows how\n`)
  process.exit(2)
}

const selected = selectTests(readTestTree(), names)
if ('unknown' in selected) {
  process.stderr.write(`No test is named '${selected.unknown}' or imports it\n`)
  process.exit(2)
}

const write = (line: string) => { process.stdout.write(`${line}\n`) }
const total = { passed: 0, skipped: 0, failures: [] as string[] }
const waiting = [...selected.files]
await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, async () => {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await runFile(file)
}))
for (const failure of total.failures) write(`\n${failure}`)
write(`\n${[`${total.passed} passed`, ...(total.skipped > 0 ? [`${total.skipped} skipped`] : []), `${total.failures.length} failed`].join(', ')}`)
process.exitCode = total.failures.length === 0 ? 0 : 1

async function runFile (file: string): Promise<void> {
  const startedAt = performance.now()
  const reader = createFileReader(file, write)
  const loader = new URL('from-source.mjs', import.meta.url).href
  const guard = new URL('../test/support/token-guard.mjs', import.meta.url).href
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', loader, '--import', guard, file], {
    env: { TAP_TIMEOUT: TIMEOUT_SECONDS, ...process.env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  child.stdout.on('data', reader.write)
  const code = await new Promise<number | null>(resolve => { child.once('close', resolve) })
  const { passed, skipped, failures } = reader.end()
  if (passed + skipped + failures.length === 0) failures.push(`${file}: nothing was tested`)
  if (code !== 0 && failures.length === 0) failures.push(`${file}: ended with ${code ?? 'a signal'}`)
  total.passed += passed
  total.skipped += skipped
  total.failures.push(...failures)
  write(`${failures.length === 0 ? 'ok  ' : 'FAIL'} ${file} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
}
