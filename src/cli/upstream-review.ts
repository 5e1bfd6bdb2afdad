// `upstream review`: compares what a server lists with its lock, shows the differences, and records what a person accepts.

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadUpstream, lockFileOf, type ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import { formatMistake } from '../config/mistake.ts'
import { systemClock } from '../kernel/clock.ts'
import { compileUpstream } from '../proxy/compiled-upstream.ts'
import { lockText, parseLock, type Lock } from '../proxy/lock/lock-file.ts'
import { transportWarnings } from '../proxy/review/review-warnings.ts'
import { pendingNames, reviewLines } from '../proxy/review/review-text.ts'
import { shownName } from '../proxy/review/shown-lines.ts'
import { acceptedLock, differsFromLock, reviewListing, type Review, type ReviewedTool } from '../proxy/review/review.ts'
import { EXIT, type Terminal } from './command-line.ts'
import { addressOf, liveListing } from './live-listing.ts'
import { withProgress } from './shown-wait.ts'
import type { UpstreamCommandSources } from './upstream-sources.ts'

export interface ReviewRequest {
  readonly file: string
  readonly check: boolean
  /** Names with commas between them, or `all`. */
  readonly accept: string | undefined
  readonly acceptInvisible: boolean
  readonly json: boolean
  /** Shows whole definitions, without cuts. */
  readonly full: boolean
}

/** A gateway does not start with a tool in the file, hidden or not, that is not in the lock. */
const LEFT = 'accept them too, also the hidden ones, or take them out of the file'
const ASK_AGAIN = /^(?:s|show)$/

export async function reviewUpstream (
  request: ReviewRequest, terminal: Terminal, { env, cwd, ask }: UpstreamCommandSources
): Promise<number> {
  const path = resolve(cwd, request.file)
  const loaded = loadUpstream(request.file, { directory: cwd, env, readFile: name => readFileSync(name, 'utf8') })
  if (!loaded.ok) {
    for (const mistake of loaded.error) terminal.writeError(`${formatMistake(mistake)}\n`)
    return EXIT.bad
  }
  const configured = loaded.value
  const lock = lockOf(configured, terminal)
  const listing = await withProgress(terminal, 'asking the server for its tools', liveListing(configured, env))
  if (!listing.ok) {
    terminal.writeError(`${listing.error}\n`)
    return EXIT.bad
  }
  const { declaration } = configured
  const review = reviewListing(declaration, lock, listing.value)
  const show = (full: boolean): void => {
    for (const line of reviewLines(review, addressOf(configured), transportWarnings(declaration), full)) terminal.write(`${line}\n`)
  }
  if (request.json) terminal.write(`${JSON.stringify(reportOf(review), null, 2)}\n`)
  else show(request.full)
  if (!differsFromLock(review)) {
    sayMistakes(configured, terminal)
    return EXIT.good
  }
  if (request.check) return EXIT.bad
  const accepted = await acceptance(review, request, terminal, { ask, show })
  if (accepted === undefined) return EXIT.bad
  const now = new Date(systemClock.now()).toISOString().replace(/\.\d+Z$/, 'Z')
  const text = lockText(acceptedLock(review, lock, accepted, now))
  writeWhole(lockFileOf(path), text)
  if (!request.json) terminal.write(`\nrecorded in ${configured.lockFile}\n`)
  const left = review.tools.filter(tool => tool.state !== 'unchanged' && !accepted(tool))
  if (left.length === 0) {
    sayMistakes({ ...configured, lockText: text }, terminal)
    return EXIT.good
  }
  const names = left.slice(0, 5).map(({ name }) => shownName(name)).join(', ')
  terminal.writeError(`left to review: ${names}${left.length > 5 ? ` and ${left.length - 5} more` : ''}; ${LEFT}\n`)
  return EXIT.bad
}

/** Mistakes in the decisions, which the gateway would refuse at its start. They are no part of the review, and do not change its status. */
function sayMistakes (configured: ConfiguredUpstream, terminal: Terminal): void {
  const compiled = compileUpstream(configured)
  if (compiled.ok) return
  for (const { path, message } of compiled.error) terminal.writeError(`${path} (${configured.file}): ${message}\n`)
  terminal.writeError('correct this in the file: the gateway would not start with it\n')
}

/** A lock that cannot be read is reviewed as if there were none. */
function lockOf ({ lockText: text, declaration }: ConfiguredUpstream, terminal: Terminal): Lock | undefined {
  if (text === undefined) return undefined
  const lock = parseLock(text, declaration.name)
  if (lock.ok) return lock.value
  for (const { path, message } of lock.error) terminal.writeError(`${path}: ${message}\n`)
  return undefined
}

type Accepts = (tool: ReviewedTool) => boolean

interface Person {
  readonly ask: UpstreamCommandSources['ask']
  readonly show: (full: boolean) => void
}

/** `undefined`: nothing is recorded. */
async function acceptance (
  review: Review, { accept, acceptInvisible }: ReviewRequest, terminal: Terminal, { ask, show }: Person
): Promise<Accepts | undefined> {
  const readable: Accepts = tool => acceptInvisible || !tool.hidesText
  const names = pendingNames(review)
  if (accept === 'all') return readable
  if (accept !== undefined) {
    const wanted = new Set(accept.split(',').map(name => name.trim()))
    const unknown = [...wanted].filter(name => !names.includes(name))
    if (unknown.length === 0) return tool => wanted.has(tool.name) && readable(tool)
    terminal.writeError(`--accept: nothing to accept about ${unknown.map(shownName).join(', ')}\n`)
    return undefined
  }
  if (ask === undefined) {
    terminal.writeError('nothing was recorded: accept what you have read with --accept NAMES, or --accept all\n')
    return undefined
  }
  const what = whatIsRecorded(names.length)
  const answered = async () => (await ask(`\nRecord ${what} now? [y/N/show] `)).trim().toLowerCase()
  let answer = await answered()
  while (ASK_AGAIN.test(answer)) {
    show(true)
    answer = await answered()
  }
  return ['y', 'yes'].includes(answer) ? readable : undefined
}

function whatIsRecorded (tools: number): string {
  if (tools === 0) return 'this as it is'
  return tools === 1 ? 'this tool as it is' : `these ${tools} tools as they are`
}

/** In one step: a gateway that reloads at this moment reads the former lock or the new one. */
export function writeWhole (path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

function reportOf ({ tools, ...review }: Review): object {
  return {
    ...review,
    tools: tools.map(({ name, state, decision, differences, warnings, hidesText }) => {
      return { name, state, decision, differences, warnings, hidesText }
    })
  }
}
