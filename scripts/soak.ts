// Does it hold? Load beyond what a gateway can do, for as long as is asked for, and whether it is the same afterwards. With --write the
// result goes into docs/reliability.md.

import { cpus, totalmem } from 'node:os'
import { readFileSync, writeFileSync } from 'node:fs'
import { runOverload, type PhaseReport } from '../test/support/overload.ts'
import { readCommandLine } from './command-line.ts'
import { replaceSection, table } from './docs/document.ts'

const USAGE = `Usage: sh scripts/soak.sh [--seconds NUMBER] [--write]

Loads a gateway process in six phases: what it can do, four times as much, a flood of
junk tokens, two thousand connections that send nothing, an authorization server that is
away, and what it can do afterwards.

  --seconds NUMBER  for each phase; default 20
  --write           puts the result into docs/reliability.md
  --help            prints this

Exit status: 0 when health always answered, memory stayed below ${512} MB, nothing was
answered with 500 or not at all, and the gateway was as fast as before; 1 otherwise.
`

const PAGE = 'docs/reliability.md'
const MOST_MEMORY_MB = 512
/** By processor time; on machines that others use too even that varies. */
const AS_FAST = 0.7

const { seconds = '20', write } = readCommandLine(USAGE, { seconds: { type: 'string' }, write: { type: 'boolean' } })
if (!/^[1-9]\d{0,3}$/.test(seconds)) {
  process.stderr.write('--seconds: expected a whole number from 1 to 9999; --help tells more\n')
  process.exit(2)
}

const { phases, afterwards } = await runOverload({ seconds: Number(seconds), tell: line => { process.stdout.write(`${line}\n`) } })
const problems = [...phases.flatMap(problemsOf), ...(afterwards < AS_FAST ? ['afterwards it was slower'] : [])]
const [first] = cpus()
const machine = `Node ${process.versions.node}, ${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, load and gateway on the same machine, ${seconds} s each, ${new Date().toISOString().slice(0, 10)}`
const rows = phases.map(({ name, statuses, rate, cpuMs, heldBack, p99Ms, health, memoryMb }) => [
  name,
  Object.entries(statuses).map(([status, count]) => `${status}: ${count}`).join(', '),
  String(rate), String(heldBack), cpuMs.toFixed(3), String(p99Ms), `${health.answered} of ${health.asked}, ${health.slowestMs} ms`, String(memoryMb)
])
const result = `${machine}

${table(['phase', 'answers', 'a second', 'held back', 'CPU for each, ms', 'p99, ms', 'health answered, slowest', 'memory, MB'], rows)}

Afterwards it was ${afterwards.toFixed(2)} times as fast as before, by processor time for an answer. ${problems.length === 0 ? 'All held.' : `Did not hold: ${problems.join('; ')}.`}`

process.stdout.write(`\n${result}\n`)
if (write === true) writeFileSync(PAGE, replaceSection(readFileSync(PAGE, 'utf8'), 'soak', result))
process.exitCode = problems.length === 0 ? 0 : 1

function problemsOf ({ name, statuses, health, memoryMb }: PhaseReport): string[] {
  const wrong = Object.keys(statuses).filter(status => status === 'none' || status === '500')
  return [
    ...wrong.map(status => `${name}: ${String(statuses[status])} times ${status}`),
    ...(health.answered < health.asked ? [`${name}: health did not answer ${health.asked - health.answered} times`] : []),
    ...(memoryMb > MOST_MEMORY_MB ? [`${name}: ${memoryMb} MB`] : [])
  ]
}
