// The authorization denial envelope of MCP SEP-2643, in the text of 2026-08-21 and in the one before it. The newer one stands in results
// alone: it says that nothing was executed, and is never beside an HTTP challenge, which says the same alone.

import type { JsonObject } from '../kernel/json.ts'
import type { InsufficientAuthorization, Remediation } from './remediation.ts'

/**
 * What a client may do about a denial. `available`: what the hints or the text say. `unavailable`: nothing, not even authorize again.
 * `undisclosed`: the server does not say whether there is something.
 */
type EnvelopeRemediation = 'available' | 'unavailable' | 'undisclosed'

interface Envelope {
  readonly remediation: EnvelopeRemediation
  /** A handle that a retry sends back; it authorizes nothing. Only where a retry makes sense. */
  readonly contextId?: string
  /** Only beside `available`. */
  readonly hints?: readonly JsonObject[]
}

/**
 * @example denialEnvelope({ remediation: 'unavailable' }) // { reason: 'insufficient_authorization', remediation: 'unavailable' }
 * @see https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643
 */
export function denialEnvelope ({ remediation, contextId, hints = [] }: Envelope): JsonObject {
  return {
    reason: 'insufficient_authorization',
    remediation,
    ...(contextId === undefined ? {} : { authorizationContextId: contextId }),
    ...(hints.length === 0 ? {} : { remediationHints: hints })
  }
}

/** The hint about a new token: as much as the challenge would say. */
export function remediationHint ({ members }: Remediation): JsonObject {
  return { type: 'authorization_remediation', ...members }
}

/** `error.data.authorization` of the text of 2026-05, for one minor version. */
export function formerEnvelope ({ problem, remedy }: InsufficientAuthorization, contextId: string): JsonObject {
  return {
    reason: 'insufficient_authorization',
    authorizationContextId: contextId,
    // Details that are too small for this call may suffice for another; unusable ones suffice for none.
    credentialDisposition: problem === 'insufficient' ? 'additional' : 'replacement',
    remediationHints: [{ type: 'oauth_authorization_details', authorization_details: remedy }]
  }
}
