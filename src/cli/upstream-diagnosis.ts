// What `doctor` says about other servers: whether each answers, and whether its tools are those of the lock.

import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import type { Environment } from '../config/environment.ts'
import { good, problem, unknown, warning, type Diagnosis } from '../doctor/diagnosis.ts'
import { parseLock } from '../proxy/lock/lock-file.ts'
import { transportWarnings } from '../proxy/review/review-warnings.ts'
import { differsFromLock, reviewListing, type Review } from '../proxy/review/review.ts'
import { liveListing } from './live-listing.ts'
import { countedTools } from './counted-tools.ts'

const REVIEW = 'Run mcp-resource-gateway upstream review with its file, read what has changed, and reload the gateway.'

export async function diagnoseUpstreams (
  upstreams: readonly ConfiguredUpstream[], environment: Environment
): Promise<readonly Diagnosis[]> {
  return (await Promise.all(upstreams.map(upstream => diagnoseUpstream(upstream, environment)))).flat()
}

async function diagnoseUpstream (configured: ConfiguredUpstream, environment: Environment): Promise<readonly Diagnosis[]> {
  const { declaration, lockText, file } = configured
  const check = `upstream.${declaration.name}`
  const warnings = transportWarnings(declaration)
    .map(text => warning(`${check}.program`, text, 'What is fetched may not be what was reviewed.'))
  const lock = parseLock(lockText ?? '', declaration.name)
  if (!lock.ok) return [...warnings, problem(check, `the lock of ${file} cannot be used`, REVIEW)]
  const listing = await liveListing(configured, environment)
  if (!listing.ok && configured.exchange !== undefined && listing.error.includes('credentials-rejected')) {
    return [...warnings, unknown(check, 'answers, and lists its tools for a person alone: they are compared while it is used')]
  }
  if (!listing.ok) {
    const remedy = 'Its tools answer 503 until it can be reached. Look at the transport and the credentials of its file.'
    return [...warnings, problem(check, listing.error, remedy)]
  }
  return [...warnings, ...compared(check, reviewListing(declaration, lock.value, listing.value))]
}

function compared (check: string, review: Review): readonly Diagnosis[] {
  const { revision, formerRevision, tools } = review
  if (revision !== formerRevision) return [problem(check, `it speaks ${revision}; the lock says ${String(formerRevision)}`, REVIEW)]
  if (!differsFromLock(review)) {
    const text = `answers, and its ${counted(tools.length)} those of the lock`
    return tools.some(({ decision }) => decision === 'decided')
      ? [good(check, text)]
      : [warning(check, `${text}, but none is offered`, NONE_OFFERED)]
  }
  const names = (state: string, decisions: readonly string[]) =>
    tools.filter(tool => tool.state === state && decisions.includes(tool.decision)).map(({ name }) => name)
  const changed = names('changed', ['decided'])
  const gone = names('gone', ['decided'])
  const others = tools.filter(({ state }) => state !== 'unchanged').length - changed.length - gone.length
  return [
    ...(changed.length === 0 ? [] : [problem(check, refusedTools(changed.length), REVIEW)]),
    ...(gone.length === 0 ? [] : [unknown(check, `${counted(gone.length)} not listed without a person: ${gone.join(', ')}`)]),
    ...(others === 0 ? [] : [warning(check, otherTools(others), REVIEW)])
  ]
}

const NONE_OFFERED = 'Every tool is "hidden" in its file. Decide about those that clients need, and review again.'

function refusedTools (tools: number): string {
  return tools === 1 ? '1 tool differs from the lock, and is refused' : `${tools} tools differ from the lock, and are refused`
}

function otherTools (tools: number): string {
  return tools === 1 ? '1 hidden or new tool differs from the lock' : `${tools} hidden or new tools differ from the lock`
}

function counted (tools: number): string {
  return `${countedTools(tools)} ${tools === 1 ? 'is' : 'are'}`
}
