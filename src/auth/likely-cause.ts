// What should an operator look at first? Plain hints for the log, made of codes and configuration, never of what a
// client or a server sent.

import type { UnavailabilityCause } from '../kernel/fault.ts'
import type { InvalidTokenProblem } from './rejection.ts'
import type { UnverifiableProblem } from './token-claims.ts'

/** A sentence or two of ASCII for every way in which the authorization server can be of no use. */
export function explainUnavailable (reason: UnavailabilityCause): string {
  return UNAVAILABLE[reason]
}

const UNAVAILABLE: Readonly<Record<UnavailabilityCause, string>> = {
  timeout: 'The authorization server did not answer in time. It may be overloaded, or a firewall may be swallowing packets.',
  unreachable: 'No connection to the authorization server. Check that it runs, that its host name resolves, and that its certificate is trusted here (NODE_EXTRA_CA_CERTS).',
  'connection-dropped': 'The authorization server closed the connection twice without a whole reply. It may be restarting, or a proxy in between may be cutting connections.',
  redirect: 'The introspection endpoint answered with a redirect, which is never followed because credentials would travel with it. Check http against https, the host name and a trailing slash in the configured endpoint or issuer.',
  'too-large': 'The authorization server sent more than an introspection reply or a metadata document can be. Is the address that of another service?',
  unparseable: 'The authorization server answered with something other than an introspection reply. Is the address that of a web page, a proxy or a login form?',
  'unexpected-status': 'The introspection endpoint answered with an unexpected HTTP status. Check the address of the endpoint and the log of the authorization server.',
  'rate-limited': 'The authorization server limits how often it may be asked. A longer cache time (CACHE_TTL_SECONDS) asks it less often.',
  'credentials-rejected': 'The authorization server rejected the credentials of this gateway, not those of a client. Check INTROSPECTION_CLIENT_ID and INTROSPECTION_CLIENT_SECRET against the resource server registered there.',
  'metadata-unavailable': 'The metadata of the authorization server could not be found or names no usable introspection endpoint. Check AUTHORIZATION_SERVER_ISSUER, or set INTROSPECTION_ENDPOINT.',
  'issuer-mismatch': 'The metadata found under the configured issuer names another issuer. The two must be equal to the last character: scheme, host, port, trailing slash.',
  'signature-rejected': 'The authorization server signs its replies (RFC 9701), and this one is not signed with a key that it publishes, or not for us: iss must be the configured issuer, aud the client id of this gateway or its resource identifier. See introspection.replyAlgorithms.',
  'circuit-open': 'The authorization server has failed so often that it is not asked for a while; the lines before this one say why. Tokens whose answer is still kept go on working until that answer expires.',
  overloaded: 'More questions to the authorization server are under way than it could be asked at a time. Either a great many new tokens arrive at once, or it has become slow.'
}

export interface HintContext {
  /** Our resource identifier; only its scheme is looked at. */
  readonly resource: string
  /** The configured issuer; only its scheme is looked at. */
  readonly issuer: string
}

/**
 * Why an authorization server may call a token inactive although its holder believes in it. Some servers (the au3te
 * family) also say "inactive" when the token's audience lacks the URI registered for this resource server.
 */
export function explainInactive ({ resource, issuer }: HintContext): string {
  const trap = 'the resource server registered at the authorization server has another URI than the resource identifier of this gateway (http against https, host, port, path or trailing slash): that looks exactly like a revoked token'
  return resource.startsWith('http:') && issuer.startsWith('https:')
    ? `Likely causes, if this is not a single client: ${trap}, and this gateway's identifier begins with http: while its issuer is on https:. Otherwise the token has expired, was revoked or was issued elsewhere.`
    : `The token has expired, was revoked or was issued elsewhere. If every token is refused: ${trap}.`
}

/** A hint for each problem of a token, for the operator who wonders why clients are sent away. */
export function explainInvalidToken (problem: InvalidTokenProblem, context: HintContext): string {
  switch (problem.kind) {
    case 'inactive':
      return explainInactive(context)
    case 'unverifiable':
      return UNVERIFIABLE[problem.problem]
    case 'unusable-claim':
      return `The authorization server calls the token active but states "${problem.claim}" in a form that cannot be used.`
    case 'expired':
      return 'The token has expired. If the authorization server still calls it active, compare the clocks of the two machines.'
    case 'not-yet-valid':
      return 'The token is not valid yet. Compare the clocks of the two machines.'
    case 'wrong-issuer':
      return 'The token names another issuer than AUTHORIZATION_SERVER_ISSUER. The two must be equal to the last character.'
    case 'sender-constrained':
      return 'The token is bound to a key (DPoP or mutual TLS), and the sender showed none. Configuration says whether proofs are looked at (dpop.mode), and where certificates come from (tls.clientCa, mutualTls).'
    case 'wrong-key':
      return 'The token is bound to another key or certificate than the sender showed: a token that was taken, or a client that has changed its key. Behind a proxy, check that it passes on the certificate of the client and not one of its own.'
    case 'not-sender-constrained':
      return 'The token is not bound to a key, although it came with a DPoP proof, or dpop.mode requires one. Let the authorization server bind tokens for this client (dpop_bound_access_tokens).'
    case 'wrong-audience':
      return 'The token was issued for another resource. Compare RESOURCE_IDENTIFIER with the "resource" parameter the client sends: scheme, host, port, path and trailing slash must be equal.'
    case 'no-audience':
      return 'The token names no audience. The client must send the "resource" parameter (RFC 8707), and the authorization server must honour it.'
    case 'no-subject':
      return 'The token belongs to no person: it names no subject. Tokens of the client credentials grant are not accepted here.'
  }
}

const UNVERIFIABLE: Readonly<Record<UnverifiableProblem, string>> = {
  form: 'The token is no JWT in compact form, and configuration names no other kind. Does the authorization server issue reference tokens to this resource? Then configure introspection.',
  type: 'The token is a JWT of another type than configuration accepts. RFC 9068 says at+jwt; older issuers say JWT or nothing (authorizationServer.jwt.types, allowMissingType). An ID token is not an access token.',
  algorithm: 'The token is signed with an algorithm that authorizationServer.jwt.algorithms does not list.',
  key: 'The token names a key that the authorization server does not publish. Keys were fetched again for it; if it is genuine, compare jwks_uri with what the server signs with.',
  signature: 'The signature of the token is wrong: forged, damaged, or made with another key. With a shared secret, compare the secrets on both sides.'
}
