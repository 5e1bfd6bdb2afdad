// The remedy of a denial: the smallest authorization details that would allow this very call, with their reference. Plain data: it
// authorizes nothing, and a client sends it to the authorization server (draft-ietf-oauth-rar-metadata-remediation-00 section 4).

import { createHmac, hkdfSync } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Denial } from './denial.ts'

export type InsufficientAuthorization = Extract<Denial, { kind: 'insufficient-authorization' }>

export interface Remediation {
  /** `authorization_reference`: opaque, equal for equal details. */
  readonly reference: string
  /** As a client reads it, in a challenge and in a hint. */
  readonly members: JsonObject
  /** `authorization_remediation`: base64url without padding, safe inside a quoted string as it is. Absent: too long for a header. */
  readonly challengeValue: string | undefined
}

/** Clients read headers of 16 KiB in all. */
const MAX_CHALLENGE_VALUE = 8192
const REFERENCE_BYTES = 16

interface KeySource { readonly secret: string, readonly resource: string }

/**
 * The key of the references, equal in every replica that has the same secret: derived from it and the resource identifier. The secret
 * must have no other use, since a guess of it can be tested with one refusal. A changed secret changes the references, and a client that
 * knew the old ones then asks for a new token.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveReferenceKey ({ secret, resource }: KeySource): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, resource, 'authorization-reference/1', 32))
}

/** The key of the states that a client carries while a person reads a page. */
export function deriveAgreementKey ({ secret, resource }: KeySource): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, resource, 'agreement-state/1', 32))
}

/**
 * An HMAC, so that an attacker cannot recover the amount by hashing every likely amount. It depends on the details alone, not on the
 * person or the client: each message that has the reference also has the details, so it reveals no more than they do.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation
 */
export function authorizationReference (details: readonly JsonObject[], key: Uint8Array): string {
  return createHmac('sha256', key).update(canonicalJson(details)).digest().subarray(0, REFERENCE_BYTES).toString('base64url')
}

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation-00#section-4 */
export function remediationOf ({ remedy }: InsufficientAuthorization, key: Uint8Array): Remediation {
  const reference = authorizationReference(remedy, key)
  const members: JsonObject = { authorization_details: remedy, authorization_reference: reference }
  const challengeValue = Buffer.from(JSON.stringify(members), 'utf8').toString('base64url')
  return { reference, members, challengeValue: challengeValue.length > MAX_CHALLENGE_VALUE ? undefined : challengeValue }
}
