// Does a class of forty fit on one machine? Attendees do the exercises again and again for as long as is asked for, each with a page open,
// against the stack of a workshop that this starts. With --write the result goes into docs/workshop.md.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PresentedToken } from '../src/auth/presented-token.ts'
import { runClass, type ClassReport } from '../test/support/class-run.ts'
import { freePorts, startProgram } from '../test/support/processes.ts'
import { readCommandLine } from './command-line.ts'
import { replaceSection, table } from './docs/document.ts'

const USAGE = `Usage: sh scripts/class-load.sh [--seconds NUMBER] [--people NUMBER] [--write]

Starts the stack of a workshop on free ports and plays attendees who do the exercises,
each request about two seconds after the one before, each with a page that follows the
changes, and compares at the end every request with what the console showed.

  --seconds NUMBER  how long; default 300
  --people NUMBER   how many; default 40
  --write           puts the result into docs/workshop.md
  --help            prints this

Exit status: 0 when 99 of 100 answers of the gateway and of the shop came within a second,
the console showed each request once with the outcome that its client saw, and no answer
was 5xx but 503, where revocations of a whole class are doubted; 1 otherwise.
`

const PAGE = 'docs/workshop.md'
const EVERY_MS = 2000
const MOST_MS = 1000

const { seconds = '300', people = '40', write } = readCommandLine(USAGE, {
  seconds: { type: 'string' }, people: { type: 'string' }, write: { type: 'boolean' }
})
if (!/^[1-9]\d{0,3}$/.test(seconds) || !/^[1-9]\d{0,2}$/.test(people)) {
  process.stderr.write('--seconds, --people: expected a whole number; --help lists the options\n')
  process.exit(2)
}

const directory = mkdtempSync(join(tmpdir(), 'class-load-'))
const [port = 0, asPort = 0, sitePort = 0, consolePort = 0, exercisesPort = 0] = await freePorts(5)
const at = (one: number) => `http://localhost:${one}`
const stack = startProgram(process.execPath, ['.build/scripts/launch.js', '--workshop', '--no-inspector'], {
  PORT: String(port),
  PRACTICE_AS_PORT: String(asPort),
  SITE_PORT: String(sitePort),
  CONSOLE_PORT: String(consolePort),
  EXERCISES_PORT: String(exercisesPort),
  PRACTICE_AS_PEOPLE: people,
  WORKSHOP_DIRECTORY: directory
})
try {
  await stack.line(/^Ctrl-C ends everything/)
  process.exitCode = report(await play())
} finally {
  stack.signal('SIGTERM')
  await stack.ended
  rmSync(directory, { recursive: true, force: true })
}

async function play (): Promise<ClassReport> {
  const endsAt = performance.now() + Number(seconds) * 1000
  return runClass({
    place: { tickets: `${at(port)}/mcp`, files: `${at(port)}/files`, issuer: at(asPort), folder: join(directory, 'files/projects') },
    console: at(consolePort),
    exercises: at(exercisesPort),
    shop: at(sitePort),
    people: Number(people),
    fingerprint: token => new PresentedToken(token).fingerprint,
    async pace () {
      // Not all at one moment: half as long to half as long again.
      await new Promise(resolve => { setTimeout(resolve, EVERY_MS * (0.5 + Math.random())) })
      return performance.now() < endsAt
    }
  })
}

function report ({ requests, shopMs, missing, invented, dropped, failures }: ClassReport): number {
  const unavailable = requests.filter(({ status }) => status >= 500)
  // With more load than the processors take, some are refused before they are read, which is the gateway's own limit.
  const doubted = unavailable.filter(({ status }) => status === 503)
  const gatewayMs = requests.map(({ ms }) => ms)
  const rows = [
    ['attendees, seconds', `${people}, ${seconds}`],
    ['requests to the gateway', String(requests.length)],
    ['gateway, median and p99', `${milliseconds(gatewayMs, 0.5)}, ${milliseconds(gatewayMs, 0.99)}`],
    ['pages of the shop, median and p99', `${milliseconds(shopMs, 0.5)}, ${milliseconds(shopMs, 0.99)}`],
    ['requests that the console did not show, or showed otherwise', String(missing.length + invented.length + dropped)],
    ['answers 503: revocations doubted, or too much load', String(doubted.length)],
    ['other answers 5xx, and other failures', String(unavailable.length - doubted.length + failures.length)]
  ]
  const text = table(['what', 'result'], rows)
  process.stdout.write(`${text}\n`)
  for (const failure of failures.slice(0, 5)) process.stdout.write(`${failure}\n`)
  if (write === true) {
    const [model = 'unknown processor'] = cpus().map(cpu => cpu.model)
    const where = `Node.js ${process.version}, ${cpus().length} processors (${model}), all programs on this machine.`
    writeFileSync(PAGE, replaceSection(readFileSync(PAGE, 'utf8'), 'class-load', `${where}\n\n${text}`))
  }
  const isSlow = quantile(gatewayMs, 0.99) > MOST_MS || quantile(shopMs, 0.99) > MOST_MS
  const isWrong = missing.length + invented.length + dropped + failures.length > 0 || unavailable.length > doubted.length
  return isSlow || isWrong ? 1 : 0
}

function quantile (values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function milliseconds (values: readonly number[], share: number): string {
  return `${Math.round(quantile(values, share))} ms`
}
