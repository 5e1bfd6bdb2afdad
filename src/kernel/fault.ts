// Faults: what fails without being a refusal. A fault has a stable code and a public message for the wire, and a private detail for the
// operator's log. Neither may hold a token, a secret, a claim value or text of another server.

import { DEVELOPER_FAULTS, FAULT_MESSAGES, type FaultCode } from './fault-codes.ts'

/**
 * `message` is for developers and logs; `publicMessage` is the only text of a fault that is sent to a client.
 * @example
 * try { await app.ready() } catch (error) { if (error instanceof GatewayError) console.error(error.code, error.detail) }
 */
export class GatewayError extends Error {
  override readonly name: string = 'GatewayError'
  readonly code: FaultCode
  /** For the operator's log; never sent to a client. */
  readonly detail: string

  constructor (code: FaultCode, detail: string, options?: ErrorOptions) {
    super(DEVELOPER_FAULTS.has(code) ? `${code}: ${detail}` : FAULT_MESSAGES[code], options)
    this.code = code
    this.detail = detail
  }

  /** The one sentence that may leave the process. */
  get publicMessage (): string {
    return FAULT_MESSAGES[this.code]
  }
}

export interface ConfigurationMistake {
  /** The member, with dots: `cache.ttlSeconds`. */
  readonly path: string
  /** What was expected. Never the value. */
  readonly expected: string
}

/** `GW_CONFIG_INVALID` with each mistake on its own. */
export class ConfigurationError extends GatewayError {
  override readonly name = 'ConfigurationError'
  readonly mistakes: readonly ConfigurationMistake[]

  constructor (mistakes: readonly ConfigurationMistake[]) {
    super('GW_CONFIG_INVALID', mistakes.map(({ path, expected }) => `${path}: ${expected}`).join('; '))
    this.mistakes = mistakes
  }
}

/** Why an authorization server could not be reached or gave no usable answer. The operator's log explains each. */
export type UnavailabilityCause =
  | 'timeout' | 'unreachable' | 'connection-dropped' | 'redirect' | 'too-large' | 'unparseable'
  | 'unexpected-status' | 'rate-limited' | 'credentials-rejected' | 'metadata-unavailable' | 'issuer-mismatch'
  | 'signature-rejected' | 'keys-pending' | 'unexplained-refusal' | 'unusable-reply' | 'doubtful-answer'
  | 'circuit-open' | 'overloaded'

/** What was seen of a failure, where its cause alone would blame something else. */
export type FailureCircumstance =
  | 'keys' | 'keys-content-type' | 'encoded-credentials' | 'perhaps-encoded-credentials' | 'nothing-stated' | 'vouches-for-anything'

/** An authorization server gave no usable answer: 503 with `Retry-After`, never 401. */
export class AuthorizationServerUnavailable extends GatewayError {
  override readonly name = 'AuthorizationServerUnavailable'
  readonly reason: UnavailabilityCause
  readonly retryAfterSeconds: number
  readonly circumstance: FailureCircumstance | undefined

  constructor (
    reason: UnavailabilityCause, detail: string, retryAfterSeconds = 5,
    { circumstance, ...options }: ErrorOptions & { readonly circumstance?: FailureCircumstance } = {}
  ) {
    super('GW_AUTHORIZATION_SERVER_UNAVAILABLE', detail, options)
    this.circumstance = circumstance
    this.reason = reason
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export class StorageUnavailable extends GatewayError {
  override readonly name = 'StorageUnavailable'
  readonly retryAfterSeconds = 5

  constructor (detail: string, options?: ErrorOptions) {
    super('GW_STORAGE_UNAVAILABLE', detail, options)
  }
}

/** The audit line that must precede a change cannot be written: 503 with `Retry-After`, and nothing changes. */
export class AuditUnavailable extends GatewayError {
  override readonly name = 'AuditUnavailable'
  readonly retryAfterSeconds = 5

  constructor (detail: string, options?: ErrorOptions) {
    super('GW_AUDIT_UNAVAILABLE', detail, options)
  }
}

/** A policy decision point gave no usable opinion: 503 with `Retry-After`, and the call is not made. */
export class DecisionPointUnavailable extends GatewayError {
  override readonly name = 'DecisionPointUnavailable'
  readonly retryAfterSeconds = 5

  constructor (detail: string, options?: ErrorOptions) {
    super('GW_DECISION_POINT_UNAVAILABLE', detail, options)
  }
}

/** Why a call of another server's tool has no answer: a code that begins with GW_UPSTREAM or
 * GW_TOKEN_EXCHANGE. Holds no text of that server. */
export class UpstreamFault extends GatewayError {
  override readonly name = 'UpstreamFault'
  /** HTTP status. */
  readonly status: 502 | 503
  /** Absent: waiting does not help. */
  readonly retryAfterSeconds: number | undefined

  constructor (code: FaultCode, detail: string, status: 502 | 503, retryAfterSeconds?: number) {
    super(code, detail)
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The memory of used DPoP proofs cannot be asked: 503 with `Retry-After`, since a proof that may have been used is not accepted. */
export class ProofMemoryUnavailable extends GatewayError {
  override readonly name = 'ProofMemoryUnavailable'
  readonly retryAfterSeconds = 5

  constructor (detail: string, options?: ErrorOptions) {
    super('GW_PROOF_MEMORY_UNAVAILABLE', detail, options)
  }
}
