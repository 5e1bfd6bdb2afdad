// One permitted call of another server's tool: constants and identity are put in, the server is asked, and its answer becomes an outcome. A
// result is passed on as it is; a call that may have been executed is repeated only where repeating it changes nothing.

import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Tracing } from '../../kernel/tracing.ts'
import { mirroredParameterHeaders, parseMirroredParameters, type MirroredParameter } from '../../mcp/parameter-headers.ts'
import { callNotesOf, cancellationOf, wantsProgress } from '../../mcp/running-call.ts'
import type { Tool, ToolCall } from '../../mcp/tool.ts'
import type { ToolOutcome } from '../../mcp/tool-outcome.ts'
import type { Permit } from '../../policy/permit.ts'
import type { Upstream, UpstreamCall, UpstreamCredential, UpstreamOutcome, UpstreamPerson } from '../../upstream/upstream-port.ts'
import type { GuardedArguments } from '../arguments/argument-guard.ts'
import { withSetArguments } from '../arguments/set-arguments.ts'
import type { ObserveProxy } from '../proxy-event.ts'
import type { CompiledTool } from '../tools/compiled-tool.ts'
import { countCall, type Accounts } from './call-accounts.ts'
import { observed, observedRefusal } from './call-event.ts'
import { exchangedToken, isTokenRefused, refusedToken } from './exchanged-token.ts'
import { believed } from './outcome-accounts.ts'
import { policyStatementsOf } from './policy-statements.ts'
import { toolOutcome } from './relayed-outcome.ts'
import { totalsLeft } from './totals-left.ts'
import { tracedCall } from './traced-call.ts'
import { faultOf } from './upstream-fault.ts'
import type { RunningCalls } from './running-calls.ts'
import type { Verification } from './verification.ts'

export interface CallSurroundings {
  readonly upstream: Upstream
  readonly verification: Verification
  readonly running: RunningCalls
  readonly timeoutMs: number
  readonly clock: Clock
  readonly observe: ObserveProxy
  /** Read at each call: `undefined` where no traces are made. */
  readonly tracing?: (() => Tracing | undefined) | undefined
  /** Absent: a tool whose calls count is not called. */
  readonly accounts: Accounts | undefined
}

const BUSY = { kind: 'not-executed', reason: 'busy' } as const

export function proxiedTool (tool: CompiledTool, surroundings: CallSurroundings): Tool {
  const parsed = parseMirroredParameters(tool.inputSchema)
  const mirrored = parsed.ok ? parsed.value : []
  const withinLimit = concurrencyOf(tool, surroundings)
  return {
    ...tool.declaration,
    access: accessOf(tool, surroundings),
    policyStatements: policyStatementsOf(tool, surroundings.accounts?.retentionDays),
    run: (permit: Permit, input: GuardedArguments, call: ToolCall) =>
      surroundings.running.during(() => withinLimit(() => relayCall({ tool, mirrored, permit, input, call }, surroundings)))
  }
}

/** Before anything is held for the call. Other tools of the upstream go on. */
function concurrencyOf (
  { limits: { concurrent = Infinity } }: CompiledTool, { upstream: { name }, observe }: CallSurroundings
): (call: () => Promise<ToolOutcome>) => Promise<ToolOutcome> {
  let calls = 0
  return async call => {
    if (calls >= concurrent) {
      observe(observed(BUSY, name))
      throw faultOf(BUSY, name)
    }
    calls += 1
    try {
      return await call()
    } finally {
      calls -= 1
    }
  }
}

/** Explanations say what is left of totals. */
function accessOf ({ declaration: { access }, spending }: CompiledTool, { accounts, clock }: CallSurroundings): Tool['access'] {
  if (access.details === undefined || accounts === undefined || spending === undefined || spending.totals.length === 0) return access
  const { ledger } = accounts
  return { ...access, details: { ...access.details, left: (element, owner) => totalsLeft(spending, element, owner, { ledger, clock }) } }
}

interface PermittedCall {
  readonly tool: CompiledTool
  readonly mirrored: readonly MirroredParameter[]
  readonly permit: Permit
  readonly input: GuardedArguments
  readonly call: ToolCall
}

async function relayCall (
  { tool, mirrored, permit, input, call }: PermittedCall,
  surroundings: CallSurroundings
): Promise<ToolOutcome> {
  const { upstream, timeoutMs: usualTimeoutMs } = surroundings
  const args = withSetArguments(input.args, tool.set, permit)
  if (args === undefined) {
    const text = 'The access token does not say for which application it is, which this tool needs.'
    return { kind: 'failed', code: 'identity-absent', text }
  }
  const { timeoutMs = usualTimeoutMs } = tool.limits
  const attempt: Attempt = {
    tool,
    permit,
    args,
    timeoutMs,
    signal: cancellationOf(call),
    onProgress: wantsProgress(call) ? ({ progress, total, message }) => { call.progress(progress, total, message) } : undefined,
    mirroredHeaders: mirrored.length === 0 ? undefined : mirroredParameterHeaders(mirrored, args),
    delegate: call.delegate,
    mayHaveBeenMade: false,
    inDoubt: false
  }
  const { spending } = tool
  if (spending === undefined) return toolOutcome(await askUpstream(attempt, undefined, surroundings), upstream.name)
  const { accounts } = surroundings
  if (accounts === undefined) throw new GatewayError('GW_INTERNAL', `${tool.upstreamName}: there is no ledger for its totals`)
  const counted = await countCall({
    spending,
    upstream: upstream.name,
    tool: tool.upstreamName,
    permit,
    scopes: tool.declaration.access.scopes,
    values: input.values,
    args,
    timeoutMs,
    mayHaveBeenMade: () => attempt.mayHaveBeenMade,
    inDoubt: () => attempt.inDoubt,
    notes: callNotesOf(call)
  }, used => askUpstream(attempt, used, surroundings), { ...surroundings, accounts })
  return counted.kind === 'answered-here' ? counted.outcome : toolOutcome(counted.outcome, upstream.name)
}

interface Attempt extends Pick<UpstreamCall, 'signal' | 'onProgress' | 'mirroredHeaders'> {
  readonly tool: CompiledTool
  readonly permit: Permit
  readonly args: JsonObject
  readonly timeoutMs: number
  readonly delegate: ToolCall['delegate']
  /** The server was asked, and did not say each time that it made nothing of it. */
  mayHaveBeenMade: boolean
  /** It was sent once more after an answer was lost. */
  inDoubt: boolean
}

/**
 * One call, and one more where that changes nothing and the first one has no answer. A token that the server refuses is replaced once,
 * because a call that was refused so was certainly not executed.
 * @param used the element of the token that is debited; absent: the first one that permits the call
 */
async function askUpstream (
  attempt: Attempt, used: number | undefined, { upstream, verification, clock, observe, tracing }: CallSurroundings
): Promise<UpstreamOutcome> {
  const { tool, permit, timeoutMs, delegate, signal } = attempt
  const deadline = clock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.floor(deadline - clock.monotonicMs())
  const send = (shown: UpstreamCall): Promise<UpstreamOutcome> => {
    return tracedCall(tracing?.(), { upstream: upstream.name, tool: tool.upstreamName },
      trace => upstream.call(trace === undefined ? shown : { ...shown, trace }))
  }
  async function ask (credential: UpstreamCredential | undefined): Promise<UpstreamOutcome> {
    const caller = { person: permit.person, clientId: permit.clientId ?? '', credential }
    const admission = verification.admit(tool, caller)
    if (admission !== undefined) {
      await admission.catch((fault: unknown) => {
        observe(observedRefusal(fault, upstream.name))
        throw fault
      })
    }
    const shown = upstreamCall(attempt, caller, leftMs())
    attempt.mayHaveBeenMade = true
    const first = await send(shown)
    const isLost = first.kind === 'unknown' && (first.reason === 'broken-stream' || first.reason === 'crashed')
    const mayRepeat = tool.repeatable && isLost && leftMs() > 0 && signal?.aborted !== true
    attempt.inDoubt ||= mayRepeat
    const last = mayRepeat ? ofBoth(first, await send({ ...shown, timeoutMs: leftMs() }), tool) : first
    if (last.kind === 'not-executed') attempt.mayHaveBeenMade = attempt.inDoubt
    return last
  }
  const { delegation } = tool
  let outcome: UpstreamOutcome
  if (delegation === undefined) outcome = await ask(undefined)
  else {
    const exchange = { upstream: upstream.name, delegation, permit: withElement(permit, used), delegate, observe }
    // A kept token is there in the same tick: docs/performance.md#promises-per-layer
    const found = exchangedToken(exchange, undefined)
    const token = found instanceof Promise ? await found : found
    try {
      outcome = await ask(token)
    } catch (fault) {
      outcome = refusedToken(fault)
    }
    if (isTokenRefused(outcome)) outcome = await ask(await exchangedToken(exchange, token)).catch(refusedToken)
  }
  outcome = believed(outcome, tool.spending)
  observe(observed(outcome, upstream.name))
  return outcome
}

/** Every member in one step: docs/performance.md#exchanged-tokens */
function upstreamCall (
  { tool, args, signal, onProgress, mirroredHeaders }: Attempt, caller: UpstreamPerson, timeoutMs: number
): UpstreamCall {
  return {
    tool: tool.upstreamName,
    arguments: args,
    caller,
    changes: tool.changes,
    timeoutMs,
    maxResultBytes: tool.limits.maxResultBytes,
    signal,
    onProgress,
    mirroredHeaders
  }
}

/** That the second time was not executed says nothing about the first: a change may have been made. */
function ofBoth (first: UpstreamOutcome, second: UpstreamOutcome, { changes }: Pick<CompiledTool, 'changes'>): UpstreamOutcome {
  if (!changes) return second
  switch (second.kind) {
    case 'not-executed':
    case 'changed': return first
    case 'refused': return { ...second, executed: 'unknown' }
    case 'answered':
    case 'unknown':
    case 'too-large': return second
  }
}

/** What is left of a permit when one element is debited. */
function withElement ({ details }: Permit, used: number | undefined): Pick<Permit, 'details'> {
  if (details === 'unrestricted' || used === undefined) return { details }
  const debited = details.filter(({ index }) => index === used)
  return { details: debited.length === 0 ? details : debited }
}
