// Runs `check`: sends the requests, judges every rule, and makes one report. Judging is pure. A rule that could not be checked is
// reported as such and never counted as followed.

import { systemClock, type Clock } from '../kernel/clock.ts'
import { BROWSER_RULES, checkBrowser } from './checks/browser-checks.ts'
import { CHALLENGE_RULES, checkChallenge } from './checks/challenge-checks.ts'
import { checkConnection, CONNECTION_RULES } from './checks/connection-checks.ts'
import { checkCredentials, CREDENTIAL_RULES } from './checks/credentials-checks.ts'
import { checkMetadata, METADATA_RULES } from './checks/metadata-checks.ts'
import { checkServerMetadata, SERVER_METADATA_RULES } from './checks/server-metadata-checks.ts'
import { checkSurface, SURFACE_RULES } from './checks/surface-checks.ts'
import { checkDpop, DPOP_RULES } from './checks/dpop-checks.ts'
import { checkWithToken, TOKEN_RULES } from './checks/token-checks.ts'
import { observe, type Observations } from './observe.ts'
import { observeWithToken, type TokenObservations } from './observe-with-token.ts'
import { createProber } from './prober.ts'
import { routeTo, type Lookup } from './route.ts'
import type { Target } from './target.ts'
import { judge, skip, type Level, type Rule, type Verdict } from './verdict.ts'

export const RULES: Readonly<Record<string, Rule>> = {
  ...CONNECTION_RULES,
  ...CHALLENGE_RULES,
  ...METADATA_RULES,
  ...SERVER_METADATA_RULES,
  ...CREDENTIAL_RULES,
  ...SURFACE_RULES,
  ...BROWSER_RULES,
  ...DPOP_RULES,
  ...TOKEN_RULES
}

/** A verdict with its rule. */
export interface Finding {
  readonly rule: string
  readonly outcome: Verdict['outcome']
  readonly level: Level
  readonly title: string
  readonly seen: string
  readonly source: string
  readonly remedy: string
}

export interface CheckReport {
  readonly target: string
  readonly withToken: boolean
  /** Every rule once, in a fixed order. */
  readonly findings: readonly Finding[]
  readonly summary: Readonly<Record<'passed' | 'errors' | 'warnings' | 'hints' | 'notChecked', number>>
}

export interface CheckOptions {
  /** A valid token for the target. It is sent to its endpoint only. */
  readonly token?: string | undefined
  /** An origin whose pages should be able to connect. Default: that of MCP Inspector. */
  readonly origin?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly deadlineMs?: number | undefined
  readonly clock?: Clock
  /** Of the names of hosts. Default: that of the system. */
  readonly lookup?: Lookup
}

const DEFAULT_ORIGIN = 'http://localhost:6274'
const DEFAULT_TIMEOUT_MS = 5000
const DEFAULT_DEADLINE_MS = 60_000

/** Resolves whatever the server does, within the deadline. */
export async function inspectServer (wanted: Target, options: CheckOptions = {}): Promise<CheckReport> {
  const { token, origin = DEFAULT_ORIGIN, timeoutMs = DEFAULT_TIMEOUT_MS, deadlineMs = DEFAULT_DEADLINE_MS, lookup } = options
  const { clock = systemClock } = options
  const { target, route } = await routeTo(wanted, Math.min(timeoutMs, deadlineMs), lookup)
  const prober = createProber({ timeoutMs, deadlineMs, route, clock })
  try {
    const observations = await observe(prober, target, origin)
    // A name such as x.localhost may belong to another machine.
    const isSafe = target.endpoint.protocol === 'https:' || target.loopback
    const answers = observations.unauthenticated.initialize.kind === 'reply'
    const withToken = token !== undefined && answers && isSafe ? await observeWithToken(prober, target, token) : undefined
    return reportOn(target, judgeAll(observations, withToken, !prober.ranOut()), withToken !== undefined)
  } finally {
    prober.close()
  }
}

export function judgeAll (observations: Observations, withToken: TokenObservations | undefined, inTime = true): readonly Verdict[] {
  const connection = checkConnection(observations, inTime)
  if (observations.unauthenticated.initialize.kind === 'none') {
    return [...connection, ...Object.keys(RULES).slice(connection.length).map(rule => skip(rule, 'the endpoint did not answer'))]
  }
  const further = withToken?.further
  const foreign = further === undefined ? undefined : { plain: further.list, foreign: further.foreign, null: further.null }
  const rest = [
    ...checkChallenge(observations),
    ...checkMetadata(observations),
    ...checkServerMetadata(observations),
    ...checkCredentials(observations),
    ...checkSurface(observations),
    ...checkBrowser(observations, foreign),
    ...checkDpop(observations, withToken),
    ...checkWithToken(withToken)
  ]
  // After the deadline, a request that was not sent looks like a server that does not answer.
  const late = ({ rule, outcome, seen }: Verdict) => outcome === 'failed' ? skip(rule, 'the deadline was reached') : { rule, outcome, seen }
  return [...connection, ...inTime ? rest : rest.map(late)]
}

/** The report on a check that was ended from outside, before it could judge. */
export function unfinishedReport (target: Target, withToken: boolean): CheckReport {
  const late = judge('connection.in-time', false, 'the check was ended: the server kept it busy for longer than the deadline')
  const others = Object.keys(RULES).filter(rule => rule !== late.rule).map(rule => skip(rule, 'the check was ended'))
  return reportOn(target, [late, ...others], withToken)
}

function reportOn ({ url }: Target, verdicts: readonly Verdict[], withToken: boolean): CheckReport {
  const findings = Object.entries(RULES).flatMap(([rule, { level, title, source, remedy }]) => verdicts
    .filter(verdict => verdict.rule === rule)
    .map(({ outcome, seen }) => ({ rule, outcome, level, title, seen, source, remedy })))
  const count = (outcome: Verdict['outcome'], level?: Level) => findings
    .filter(finding => finding.outcome === outcome && (level === undefined || finding.level === level)).length
  return {
    target: url,
    withToken,
    findings,
    summary: {
      passed: count('passed'),
      errors: count('failed', 'error'),
      warnings: count('failed', 'warning'),
      hints: count('failed', 'hint'),
      notChecked: count('not-checked')
    }
  }
}
