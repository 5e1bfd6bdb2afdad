// The remedy of a denial in the shapes of two drafts: a parameter of the challenge, and a member of the JSON-RPC error. Plain data: it
// authorizes nothing, and a client sends it to the authorization server.

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
 * The key of the references, equal in every replica that has the same secret: derived from it and the resource identifier. The secret
 * must have no other use, since a guess of it can be tested with one refusal. A changed secret changes the references, and a client that
 * knew the old ones then asks for a new token.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveReferenceKey ({ secret, resource }: { readonly secret: string, readonly resource: string }): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, resource, 'authorization-reference/1', 32))
}

/**
 * An HMAC, so that an attacker cannot recover the amount by hashing every likely amount. It depends on the details alone, not on the
 * person or the client: each message that has the reference also has the details, so it reveals no more than they do.
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
export function remediationOf (
  { problem, remedy }: InsufficientAuthorization, key: Uint8Array, authorizationContextId: string
): Remediation {
  const reference = authorizationReference(remedy, key)
  const remediation: JsonObject = { authorization_details: remedy, authorization_reference: reference }
  return {
    reference,
    challengeValue: Buffer.from(JSON.stringify(remediation), 'utf8').toString('base64url'),
    envelope: {
      reason: 'insufficient_authorization',
      authorizationContextId,
      // Details that are too small for this call may suffice for another; unusable ones suffice for none.
      credentialDisposition: problem === 'insufficient' ? 'additional' : 'replacement',
      remediationHints: [{ type: 'oauth_authorization_details', authorization_details: remedy }]
    }
  }
}
