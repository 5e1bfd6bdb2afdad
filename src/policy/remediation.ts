// What does a client do about a refusal? The same remedy in the two drafts' shapes: a value for the challenge, and an
// envelope for the JSON-RPC error. Plain data: http/ writes headers, mcp/ writes bodies, and neither grants anything.

import { createHmac, hkdfSync } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Denial } from './denial.ts'

export type InsufficientAuthorization = Extract<Denial, { kind: 'insufficient-authorization' }>

export interface Remediation {
  /** `authorization_reference`: opaque, equal for equal details. */
  readonly reference: string
  /** `authorization_remediation`: base64url without padding, safe inside a quoted string as it is. */
  readonly challengeValue: string
  /** `error.data.authorization` of the JSON-RPC error. */
  readonly envelope: JsonObject
}

const REFERENCE_BYTES = 16

/**
 * A key that every replica of one gateway derives alike and nobody else can: from a secret they share (the
 * introspection client's) and the resource identifier. HKDF keeps it useless for anything else; a changed secret
 * changes the references, and a client that knew the old ones then asks for a new token.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveReferenceKey ({ secret, resource }: { readonly secret: string, readonly resource: string }): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, resource, 'authorization-reference/1', 32))
}

/**
 * Keyed, so that the few thousand amounts there are cannot be tried out on it. It depends on the details alone, not on
 * the person or the client: the details stand beside it in every message, so it tells nobody more than they do, and
 * clients keep the tokens of different people apart whatever the reference.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation
 */
export function authorizationReference (details: readonly JsonObject[], key: Uint8Array): string {
  return createHmac('sha256', key).update(canonicalJson(details)).digest().subarray(0, REFERENCE_BYTES).toString('base64url')
}

/**
 * @param authorizationContextId correlates the refusal with its retry in logs; it authorizes nothing
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation
 * @see https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643
 */
export function remediationOf ({ problem, remedy }: InsufficientAuthorization, key: Uint8Array, authorizationContextId: string): Remediation {
  const reference = authorizationReference(remedy, key)
  const remediation: JsonObject = { authorization_details: remedy, authorization_reference: reference }
  return {
    reference,
    challengeValue: Buffer.from(JSON.stringify(remediation), 'utf8').toString('base64url'),
    envelope: {
      reason: 'insufficient_authorization',
      authorizationContextId,
      // details that were too small for this call still serve for others; those that cannot be used serve for none
      credentialDisposition: problem === 'insufficient' ? 'additional' : 'replacement',
      remediationHints: [{ type: 'oauth_authorization_details', authorization_details: remedy }]
    }
  }
}
