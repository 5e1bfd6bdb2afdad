// How is the official conformance suite run, and what did it find? Two versions of it, each on a Node.js that it accepts,
// installed apart from the project in scripts/conformance.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectationsFor, type Expectation } from './baseline.ts'

const PACKAGES = 'scripts/conformance/node_modules'
const DEADLINE_MS = 100_000

type SuiteName = 'conformance-legacy' | 'conformance-modern'

export interface SuiteRun {
  readonly revision: string
  readonly suite: SuiteName
  /** Which scenarios: as the suite's command line wants it. */
  readonly selection: readonly string[]
}

/** Every scenario for servers that either version of the suite has for a revision. */
export const SUITE_RUNS: readonly SuiteRun[] = [
  { revision: '2026-07-28', suite: 'conformance-modern', selection: ['--suite', 'all', '--spec-version', '2026-07-28'] },
  { revision: '2025-11-25', suite: 'conformance-legacy', selection: ['--suite', 'all', '--spec-version', '2025-11-25'] },
  { revision: '2025-11-25', suite: 'conformance-modern', selection: ['--requirements', '2025-11-25'] },
  { revision: '2025-06-18', suite: 'conformance-legacy', selection: ['--suite', 'all', '--spec-version', '2025-06-18'] },
  { revision: '2025-03-26', suite: 'conformance-modern', selection: ['--suite', 'all', '--spec-version', '2025-03-26'] }
]

export interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly errorMessage?: string
  readonly details?: { readonly message?: string, readonly note?: string }
}

export interface ScenarioResult {
  readonly scenario: string
  readonly checks: readonly Check[]
}

export interface SuiteResult extends SuiteRun {
  readonly version: string
  readonly scenarios: readonly ScenarioResult[]
  readonly expectations: readonly Expectation[]
  /** 0: every failure was expected, and every expected one happened. */
  readonly exitCode: number
  readonly output: string
}

export function isSuiteInstalled (): boolean {
  return SUITE_RUNS.every(({ suite }) => existsSync(programOf(suite)))
}

/** @param url of the endpoint, to be called without a token */
export async function runSuite (run: SuiteRun, url: string): Promise<SuiteResult> {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    const baseline = `test/conformance/${run.suite}.yml`
    const args = [programOf(run.suite), 'server', '--url', url, ...run.selection, '--expected-failures', baseline,
      '--output-dir', directory]
    const child = spawn(nodeForSuite(), args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: DEADLINE_MS })
    const output: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output.push(chunk) })
    const [code] = await once(child, 'close') as [number | null]
    return {
      ...run,
      version: versionOf(run.suite),
      scenarios: readResults(directory),
      expectations: expectationsFor(baseline),
      exitCode: code ?? 1,
      output: Buffer.concat(output).toString()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Any command of a suite; its exit status says no more than its results do. */
export async function runSuiteCommand (suite: SuiteName, args: readonly string[]): Promise<void> {
  const child = spawn(nodeForSuite(), [programOf(suite), ...args], { stdio: 'ignore', timeout: DEADLINE_MS })
  await once(child, 'close')
}

export function programOf (suite: SuiteName): string {
  return `${PACKAGES}/${suite}/dist/index.js`
}

export function versionOf (suite: SuiteName): string {
  return (JSON.parse(readFileSync(`${PACKAGES}/${suite}/package.json`, 'utf8')) as { version: string }).version
}

export function nodeForSuite (): string {
  const [major = 0] = process.versions.node.split('.').map(Number)
  return major >= 22 ? process.execPath : `${PACKAGES}/node/bin/node`
}

/** One directory for each scenario, named `server-<scenario>-<time>`. */
function readResults (directory: string): readonly ScenarioResult[] {
  return readdirSync(directory).sort().flatMap(name => {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1]
    const file = join(directory, name, 'checks.json')
    return scenario === undefined || !existsSync(file) ? [] : [{ scenario, checks: JSON.parse(readFileSync(file, 'utf8')) as Check[] }]
  })
}
