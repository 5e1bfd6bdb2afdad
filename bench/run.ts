// How fast is the gateway beside others? Runs the comparisons, prints their tables, and with --write puts them into
// docs/performance.md. With --short only what has a bar is measured, and what should be flat: a ratio far beyond either is a failure.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { replaceSection } from '../scripts/docs/document.ts'
import { readCommandLine } from '../scripts/command-line.ts'
import { CI_TOLERANCE, describeBar } from './bars.ts'
import { openBench, type Bench } from './bench-environment.ts'
import { withCoresApart } from './cores.ts'
import type { Comparison } from './comparison.ts'
import { growingTooFast, GROWTH_TOLERANCE, isFarBeyond } from './judgement.ts'
import { describeMachine } from './machine.ts'
import { measureChurn } from './measurements/churn.ts'
import { measureGrowth, measureJudgedGrowth } from './measurements/growth.ts'
import { measureHerd } from './measurements/herd.ts'
import { measureMemory } from './measurements/memory.ts'
import { CAREFUL, measureOwn, ownComparisons, SHORT, type Measured, type OwnComparison } from './measurements/own-comparisons.ts'
import { bridgeComparison, peerComparisons } from './measurements/peer-comparisons.ts'
import { BRIEF, measureBehaviour, WHOLE, type Finding } from './measurements/upstream-behaviour.ts'
import { upstreamComparisons } from './measurements/upstream-comparisons.ts'
import { measureProfile } from './measurements/profile.ts'
import { measureStart } from './measurements/start.ts'
import { measureWorkers } from './measurements/workers.ts'
import { preparePeers } from './prepare-peers.ts'
import { growthTable } from './report/growth-table.ts'
import { drawGrowth } from './report/plot.ts'
import { behaviourTable, ownTable, peerTable, profileTable, wholeProcessTable, workersTable } from './report/tables.ts'

const USAGE = `Usage: npm run bench [-- --short] [--turns N] [--only WORK] [--peers] [--growth] [--plots] [--largest N] [--workers] [--write]

Compares what a request costs with what Fastify alone costs: CPU time of the server
process per request, in turns, as the median of the ratios within each turn.

  --short      four minutes; ends with 1 when a ratio is worse than twice its bar, or
               doubles where there is much more of everything
  --turns N    how many turns each server takes (default 20)
  --only WORK  one work alone, by a part of its name
  --peers      other MCP servers too; the first time their packages are installed in bench/
  --growth     how cost grows, memory, the start, a profile, and a thousand callers at once
  --plots      how cost grows, and nothing else
  --largest N  the largest size of a growth measurement (default 1000000)
  --workers    more than one core, and nothing else: the built server with 1, 2 and more workers
  --write      docs/performance.md and its plots
  --help       prints this
`

const DOCUMENT = 'docs/performance.md'
const PLOTS = 'docs/performance'
const HERD_RUNS = 5
const CHURN = 100_000
const START_TURNS = 10

const options = readCommandLine(USAGE, {
  short: { type: 'boolean' },
  turns: { type: 'string' },
  only: { type: 'string' },
  peers: { type: 'boolean' },
  growth: { type: 'boolean' },
  plots: { type: 'boolean' },
  largest: { type: 'string' },
  workers: { type: 'boolean' },
  write: { type: 'boolean' }
})
const usual = options.short === true ? SHORT : CAREFUL
const care = { ...usual, turns: Number(options.turns ?? usual.turns) }
const { turns } = care
const tell = (line: string) => { process.stdout.write(`${line}\n`) }

if (options.peers === true) preparePeers()
const bench = await openBench()
try {
  process.exitCode = await measure(bench)
} finally {
  await bench.endAll()
}
process.exit()

async function measure (bench: Bench): Promise<number> {
  tell(describeMachine())
  if (options.workers === true) return measureScaling(bench)
  if (options.plots === true) {
    const sections = new Map<string, string>()
    await plotGrowth(bench, sections)
    if (options.write === true) write(sections)
    return 0
  }
  const sections = new Map([['machine', `${describeMachine()}; ${turns} turns.`]])

  const own = await measureAll(bench, ownComparisons(bench).filter(isAsked))
  sections.set('bars', ownTable(own))
  tell(`\n${ownTable(own)}`)
  const upstreams = await measureAll(bench, (await upstreamComparisons(bench)).filter(isAsked))
  sections.set('upstreams', `${describeMachine()}; ${turns} turns.\n\n${ownTable(upstreams)}`)
  tell(`\n${ownTable(upstreams)}`)
  const behaviour = options.only === undefined ? await measureAround(bench) : []
  if (behaviour.length > 0) {
    sections.set('upstream-behaviour', behaviourTable(behaviour))
    tell(`\n${behaviourTable(behaviour)}`)
  }

  if (options.peers === true) {
    const comparisons = await withCoresApart(() => measurePeers(bench))
    sections.set('peers', peerTable(comparisons))
    tell(`\n${peerTable(comparisons)}`)
    const bridges = peerTable(await withCoresApart(async () => [await measured(await bridgeComparison(bench))]))
    sections.set('bridges', bridges)
    tell(`\n${bridges}`)
  }
  if (options.growth === true) await measureMore(bench, sections)
  if (options.write === true) write(sections)
  return options.short === true ? await judge(bench, [...own, ...upstreams], behaviour) : 0
}

function isAsked ({ name, bar, isJudged = true }: OwnComparison): boolean {
  return name.includes(options.only ?? '') && (options.short !== true || (bar !== undefined && isJudged))
}

async function measureScaling (bench: Bench): Promise<number> {
  const found = `${describeMachine()}; ${turns} turns.\n\n${workersTable(await measureWorkers(bench, turns))}`
  tell(`\n${found}`)
  if (options.write === true) write(new Map([['workers', found]]))
  return 0
}

async function measureMore (bench: Bench, sections: Map<string, string>): Promise<void> {
  const found = wholeProcessTable({
    herd: await measureHerd(bench, HERD_RUNS),
    memory: await measureMemory(bench, CHURN),
    churn: await measureChurn(),
    start: await measureStart(await bench.database(), START_TURNS)
  })
  sections.set('memory', found)
  tell(`\n${found}`)
  sections.set('profile', profileTable(await measureProfile(bench)))
  tell(`\n${sections.get('profile')}`)
  await plotGrowth(bench, sections)
}

async function plotGrowth (bench: Bench, sections: Map<string, string>): Promise<void> {
  const plots = await measureGrowth(bench, Number(options.largest ?? '1000000'), tell)
  sections.set('growth', `${describeMachine()}.\n\n${growthTable(plots)}`)
  tell(`\n${sections.get('growth')}`)
  if (options.write !== true) return
  mkdirSync(PLOTS, { recursive: true })
  for (const plot of plots) writeFileSync(`${PLOTS}/${plot.id}.svg`, drawGrowth(plot))
}

function measureAll (bench: Bench, comparisons: readonly OwnComparison[]): Promise<readonly Measured[]> {
  return withCoresApart(async () => {
    const measured: Measured[] = []
    for (const comparison of comparisons) measured.push(await measureOwn(bench, comparison, care))
    return measured
  })
}

async function measurePeers (bench: Bench): Promise<readonly Comparison[]> {
  const comparisons = await peerComparisons(bench)
  for (const comparison of comparisons) await measured(comparison)
  return comparisons
}

async function measured (comparison: Comparison): Promise<Comparison> {
  await comparison.warmUp(2)
  for (let turn = 0; turn < turns; turn += 1) await comparison.takeTurn()
  return comparison
}

function write (sections: ReadonlyMap<string, string>): void {
  let page = readFileSync(DOCUMENT, 'utf8')
  for (const [name, content] of sections) page = replaceSection(page, name, content)
  writeFileSync(DOCUMENT, page)
  tell(`\n${DOCUMENT} written`)
}

/** A defect shows twice. */
async function judge (bench: Bench, compared: readonly Measured[], behaviour: readonly Finding[]): Promise<number> {
  const found = [...await judgeBars(bench, compared), ...await judgeBehaviour(bench, behaviour), ...await judgeGrowth(bench)]
  for (const defect of found) tell(`${defect}, twice`)
  return found.length === 0 ? 0 : 1
}

function measureAround (bench: Bench): Promise<readonly Finding[]> {
  return withCoresApart(() => measureBehaviour(bench, options.short === true ? BRIEF : WHOLE))
}

async function judgeBehaviour (bench: Bench, behaviour: readonly Finding[]): Promise<readonly string[]> {
  const suspects = new Set(behaviour.filter(({ isDefect }) => isDefect).map(({ kind }) => kind))
  if (suspects.size === 0) return []
  const again = await measureAround(bench)
  tell(`\nOnce more:\n\n${behaviourTable(again)}`)
  return again.filter(({ kind, isDefect }) => isDefect && suspects.has(kind)).map(({ what, measured, bar }) => `${what}: ${measured}, not ${bar}`)
}

async function judgeBars (bench: Bench, compared: readonly Measured[]): Promise<readonly string[]> {
  const suspects = new Set(compared.filter(isSuspect).map(({ comparison }) => comparison.name))
  if (suspects.size === 0) return []
  const again = await measureAll(
    bench, [...ownComparisons(bench), ...await upstreamComparisons(bench)].filter(({ name }) => suspects.has(name))
  )
  tell(`\nOnce more:\n\n${ownTable(again)}`)
  return again.filter(isSuspect).map(({ comparison, bar }) => {
    return `${comparison.name}: not ${bar === undefined ? '' : describeBar(bar)}, with ${CI_TOLERANCE} times as much allowed`
  })
}

async function judgeGrowth (bench: Bench): Promise<readonly string[]> {
  const plots = await measureJudgedGrowth(bench, () => true)
  tell(`\n${growthTable(plots)}`)
  const suspects = new Set(growingTooFast(plots))
  if (suspects.size === 0) return []
  const again = await measureJudgedGrowth(bench, label => suspects.has(label))
  tell(`\nOnce more:\n\n${growthTable(again)}`)
  return growingTooFast(again).map(label => `${label}: more than ${GROWTH_TOLERANCE} times as dear`)
}

function isSuspect ({ comparison, bar, isJudged }: Measured): boolean {
  return isJudged && isFarBeyond(bar, comparison.results().at(-1)?.ratio ?? Number.NaN)
}
