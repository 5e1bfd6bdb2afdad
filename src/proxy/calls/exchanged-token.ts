// The token of one call at a server that wants one for each person: it is obtained for the element that permits this very call
// (RFC 8693, RFC 9396 section 6). What the server said of an earlier one decides whether that may be used again.

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

interface ExchangedCall {
  readonly upstream: string
  readonly delegation: ToolDelegation
  readonly permit: Pick<Permit, 'details'>
  readonly delegate: ToolCall['delegate']
  readonly observe: ObserveProxy
}

/** The first sufficient element is the one that is used. */
function detailsOf ({ upstream, delegation: { details }, permit }: ExchangedCall): DelegationTarget['details'] {
  if (details !== 'used-element') return details
  if (permit.details === 'unrestricted') return 'none'
  const [used] = permit.details
  // Without details the token would be wider than the consent.
  if (used === undefined) throw new GatewayError('GW_INTERNAL', `${upstream}: a permit without an element`)
  return used.index
}

/**
 * @param refused the one that the server has just refused
 * @throws UpstreamFault, TokenNoLongerGood (or as a rejected promise)
 */
export function exchangedToken (
  call: ExchangedCall, refused: UpstreamCredential | undefined
): UpstreamCredential | Promise<UpstreamCredential> {
  const { upstream, delegation: { wish }, delegate, observe } = call
  if (delegate === undefined) throw new GatewayError('GW_INTERNAL', `${upstream}: a call without a way to exchange tokens`)
  const delegating = delegate({ wish, details: detailsOf(call), refused })
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

/** A fault about credentials is an outcome; another one is thrown again. */
export function refusedToken (fault: unknown): UpstreamOutcome {
  if (fault instanceof UpstreamFault && fault.code === 'GW_UPSTREAM_CREDENTIALS') return REFUSED
  throw fault
}

const REFUSED: UpstreamOutcome = { kind: 'not-executed', reason: 'credentials-rejected' }

export function isTokenRefused (outcome: UpstreamOutcome): boolean {
  return outcome.kind === 'not-executed' && outcome.reason === 'credentials-rejected'
}
