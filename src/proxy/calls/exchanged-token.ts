// One call of a server that wants a token for each person: the token is obtained first, for the element that permits this very call. A
// token that the server refuses is replaced once, because a call that was refused so was certainly not executed.

import { GatewayError, UpstreamFault } from '../../kernel/fault.ts'
import type { ToolCall } from '../../mcp/tool.ts'
import type { Permit } from '../../policy/permit.ts'
import type { UpstreamCredential, UpstreamOutcome } from '../../upstream/upstream-port.ts'
import type { ObserveProxy } from '../proxy-event.ts'

type Delegate = NonNullable<ToolCall['delegate']>
type DelegationTarget = Parameters<Delegate>[0]

/** What the calls of one tool need of an exchange. */
export interface ToolDelegation {
  readonly wish: DelegationTarget['wish']
  readonly details: 'used-element' | 'all' | 'none'
}

export interface ExchangedCall {
  readonly upstream: string
  readonly delegation: ToolDelegation
  readonly permit: Pick<Permit, 'details'>
  readonly delegate: ToolCall['delegate']
  readonly observe: ObserveProxy
}

/** @param ask asks the server; an UpstreamFault about credentials counts as an outcome about them */
export async function askWithExchangedToken (
  call: ExchangedCall, ask: (credential: UpstreamCredential) => Promise<UpstreamOutcome>
): Promise<UpstreamOutcome> {
  const details = detailsOf(call)
  // A kept token is there in the same tick: docs/performance.md#promises-per-layer
  const found = exchangedToken(call, details, undefined)
  const token = found instanceof Promise ? await found : found
  let outcome: UpstreamOutcome
  try {
    outcome = await ask(token)
  } catch (fault) {
    outcome = refusedOrThrown(fault)
  }
  if (!isAboutCredentials(outcome)) return outcome
  return ask(await exchangedToken(call, details, token)).catch(refusedOrThrown)
}

/** The first sufficient element is the one that is used. */
function detailsOf ({ delegation: { details }, permit }: ExchangedCall): DelegationTarget['details'] {
  if (details !== 'used-element') return details
  return permit.details === 'unrestricted' ? 'none' : permit.details[0]?.index ?? 'none'
}

/** @throws UpstreamFault, TokenNoLongerGood (or as a rejected promise) */
function exchangedToken (
  call: ExchangedCall, details: DelegationTarget['details'], refused: UpstreamCredential | undefined
): UpstreamCredential | Promise<UpstreamCredential> {
  const { upstream, delegation: { wish }, delegate, observe } = call
  if (delegate === undefined) throw new GatewayError('GW_INTERNAL', `${upstream}: a call without a way to exchange tokens`)
  const delegating = delegate({ wish, details, refused })
  if (!(delegating instanceof Promise)) return credentialOf(call, delegating)
  return delegating.then(delegated => {
    if (delegated.ok) observe({ kind: 'exchange', upstream, outcome: 'exchanged', reason: undefined })
    return credentialOf(call, delegated)
  })
}

function credentialOf ({ upstream, observe }: ExchangedCall, delegated: Awaited<ReturnType<Delegate>>): UpstreamCredential {
  if (delegated.ok) return delegated.value
  const { kind: outcome, reason } = delegated.error
  observe({ kind: 'exchange', upstream, outcome, reason })
  throw exchangeFault(delegated.error, upstream)
}

type Problem = Extract<Awaited<ReturnType<Delegate>>, { readonly ok: false }>['error']

function exchangeFault (problem: Problem, upstream: string): UpstreamFault {
  const detail = `${upstream}: ${problem.reason}`
  switch (problem.kind) {
    case 'refused': return new UpstreamFault('GW_TOKEN_EXCHANGE_REFUSED', detail, 502)
    case 'unusable': return new UpstreamFault('GW_TOKEN_EXCHANGE_UNUSABLE', detail, 502)
    case 'unavailable': return new UpstreamFault('GW_TOKEN_EXCHANGE_UNAVAILABLE', detail, 503, problem.retryAfterSeconds)
  }
}

function refusedOrThrown (fault: unknown): UpstreamOutcome {
  if (fault instanceof UpstreamFault && fault.code === 'GW_UPSTREAM_CREDENTIALS') return REFUSED
  throw fault
}

const REFUSED: UpstreamOutcome = { kind: 'not-executed', reason: 'credentials-rejected' }

function isAboutCredentials (outcome: UpstreamOutcome): boolean {
  return outcome.kind === 'not-executed' && outcome.reason === 'credentials-rejected'
}
