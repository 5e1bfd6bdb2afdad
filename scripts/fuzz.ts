// Does anything break when it is thrown at the gateway for a long time? For the night; CI runs the same properties briefly. With
// --write the result goes into docs/reliability.md.

import { readFileSync, writeFileSync } from 'node:fs'
import { CROWDED_HEADERS, SLOW_BODIES } from '../test/support/fuzz-connections.ts'
import { COST_PROPERTY } from '../test/support/fuzz-cost.ts'
import { FUZZ_PROPERTIES } from '../test/support/fuzz-properties.ts'
import { readCommandLine } from './command-line.ts'
import { replaceSection, table } from './docs/document.ts'

const USAGE = `Usage: npm run fuzz [-- --runs NUMBER --seed NUMBER --write]

Throws random bodies, headers, introspection replies and authorization details at a
gateway: no crash, no 500, and nothing allowed that a second, independent decision
refuses. Then long header lists and late bodies over connections, and large bodies
whose processor time is compared with that of a ping.

  --runs NUMBER   in all, shared among the properties; default 100000
  --seed NUMBER   repeats the runs of a failure, which names its seed
  --write         puts the result into docs/reliability.md, when all held
  --help          prints this

Exit status: 0 when all held, 1 with a counterexample, 2 for a wrong command line.
`

const PAGE = 'docs/reliability.md'

const {
  runs = '100000', seed, write
} = readCommandLine(USAGE, { runs: { type: 'string' }, seed: { type: 'string' }, write: { type: 'boolean' } })
if (!/^[1-9]\d*$/.test(runs) || (seed !== undefined && !/^-?\d+$/.test(seed))) {
  process.stderr.write('--runs and --seed: expected whole numbers; --help tells more\n')
  process.exit(2)
}

/** A run over a connection takes ten times as long as an injected one, and a measured one repeats its request. */
const SHARE_OF_SLOW_RUNS = 0.1
const PROPERTIES = [
  ...FUZZ_PROPERTIES.map(property => ({ ...property, share: 1 })),
  ...[CROWDED_HEADERS, SLOW_BODIES, COST_PROPERTY].map(property => ({ ...property, share: SHARE_OF_SLOW_RUNS }))
]
const shares = PROPERTIES.reduce((sum, { share }) => sum + share, 0)
let failed = false
const rows: string[][] = []
for (const { name, check, share } of PROPERTIES) {
  const each = Math.ceil(Number(runs) * share / shares)
  const startedAt = performance.now()
  try {
    const report = await check({ runs: each, ...(seed === undefined ? {} : { seed: Number(seed) }) })
    rows.push([name, String(report.runs), String(report.allowed)])
    process.stdout.write(`ok   ${name}: ${report.runs} runs, ${report.allowed} allowed, ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`)
  } catch (error) {
    failed = true
    process.stdout.write(`FAIL ${name}\n${(error as Error).message}\n`)
  }
}
if (write === true && !failed) {
  const result = `Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}\n\n${table(['property', 'runs', 'a tool ran'], rows)}\n\nAll held.`
  writeFileSync(PAGE, replaceSection(readFileSync(PAGE, 'utf8'), 'fuzz', result))
}
process.exitCode = failed ? 1 : 0
