// Diagnoses whether clients can obtain tokens that are bound to a key, where this gateway accepts them: the DPoP and mutual TLS members
// of the authorization server's metadata against our configuration. A server may support what it does not publish.

import { show } from '../check/outcome.ts'
import type { ServerConfig } from '../config/authorization-servers.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'

type SenderConstraint = Pick<GatewayConfig, 'dpop' | 'tls' | 'mutualTls'>

function takesCertificates ({ tls, mutualTls }: SenderConstraint): boolean {
  return tls?.clientCa !== undefined || mutualTls !== undefined
}

export function takesBoundTokens (config: SenderConstraint): boolean {
  return config.dpop.mode !== 'off' || takesCertificates(config)
}

/** @param name prefix of the checks of this server */
export function diagnoseSenderConstraint (
  name: string, server: ServerConfig, document: JsonObject | undefined, config: SenderConstraint
): Diagnosis[] {
  return [
    ...config.dpop.mode === 'off' ? [] : [diagnoseDpop(`${name}.dpop`, server, document, config.dpop)],
    ...takesCertificates(config) && document !== undefined ? [diagnoseCertificates(`${name}.certificate-bound-tokens`, document)] : []
  ]
}

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-5.1 */
function diagnoseDpop (
  check: string, { authlete }: ServerConfig, document: JsonObject | undefined, { mode, algorithms }: GatewayConfig['dpop']
): Diagnosis {
  // Where only bound tokens are accepted, clients cannot obtain any token.
  const say = mode === 'required' ? problem : warning
  if (authlete !== undefined) {
    return say(
      check,
      'Authlete, asked directly, verifies proofs itself, and calls a token that is bound to a key unusable',
      'Ask the introspection endpoint of the authorization server instead (introspection), or set dpop.mode to off.'
    )
  }
  if (document === undefined) return unknown(check, 'the server publishes no metadata')
  const stated: unknown = document['dpop_signing_alg_values_supported']
  if (!Array.isArray(stated)) {
    return say(check, 'the server does not state that it binds tokens to keys (dpop_signing_alg_values_supported)', mode === 'required'
      ? 'dpop.mode is required: every token that is not bound is refused. Enable DPoP there, or set dpop.mode to accepted.'
      : 'Clients that look for it use bearer tokens. Enable DPoP there if the server supports it.')
  }
  const common = algorithms.filter(algorithm => stated.includes(algorithm))
  return common.length > 0
    ? good(check, `proofs can be signed with ${common.join(' ')}`)
    : say(
      check,
      `the server accepts proofs with ${show(stated.filter(value => typeof value === 'string').join(' '))}, ` +
        `this gateway with ${algorithms.join(' ')}: nothing in common`,
      'A client uses one key for both. Add to dpop.algorithms what the server accepts, asymmetric ones only.'
    )
}

/** @see https://www.rfc-editor.org/rfc/rfc8705#section-3.3 */
function diagnoseCertificates (check: string, document: JsonObject): Diagnosis {
  return document['tls_client_certificate_bound_access_tokens'] === true
    ? good(check, 'the server binds tokens to the certificates of clients')
    : warning(
      check,
      'the server does not state that it binds tokens to certificates (tls_client_certificate_bound_access_tokens)',
      `Enable it there (RFC 8705)${isJsonObject(document['mtls_endpoint_aliases']) ? '; it has endpoints for mutual TLS already' : ''}. ` +
        'Until then no token is bound to a certificate, and requesting client certificates has no effect.'
    )
}
