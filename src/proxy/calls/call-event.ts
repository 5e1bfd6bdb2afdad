// The event of one call of another server's tool, for metrics, log and console. No text of the server is in it.

import { UpstreamFault } from '../../kernel/fault.ts'
import type { UpstreamOutcome } from '../../upstream/upstream-port.ts'
import type { ProxyEvent } from '../proxy-event.ts'

type ObservedOutcome = Extract<ProxyEvent, { readonly kind: 'call' }>['outcome']

/** Of a call that was not made, because the tools could not be compared or differ from the lock. */
export function observedRefusal (fault: unknown, upstream: string): ProxyEvent {
  const code = fault instanceof UpstreamFault ? fault.code : 'GW_INTERNAL'
  const changed = code === 'GW_UPSTREAM_CHANGED' || code === 'GW_UPSTREAM_TOOL_CHANGED'
  return { kind: 'call', upstream, outcome: changed ? 'changed' : 'not-executed', reason: code }
}

export function observed (outcome: UpstreamOutcome, upstream: string): ProxyEvent {
  const event = (of: ObservedOutcome, reason: string | undefined): ProxyEvent => ({ kind: 'call', upstream, outcome: of, reason })
  switch (outcome.kind) {
    case 'answered': return event(outcome.result['isError'] === true ? 'tool-error' : 'answered', undefined)
    case 'refused': return event('refused', String(outcome.code))
    case 'not-executed':
    case 'unknown': return event(outcome.kind, outcome.reason)
    case 'too-large':
    case 'changed': return event(outcome.kind, undefined)
  }
}
