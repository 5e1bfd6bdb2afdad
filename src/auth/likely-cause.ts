// Hints for the operator: what to check first. They are made of codes and configuration, never of what a client or a server sent.

import type { FailureCircumstance, UnavailabilityCause } from '../kernel/fault.ts'
import type { SeenToken } from './hints/seen-token.ts'
import { tokenHint, type Hint, type HintServer } from './hints/token-hint.ts'
import type { MissingScopeClaim } from './claims/claim-names.ts'
import type { SelfTestOutcome } from './guard/self-test.ts'
import type { InvalidTokenProblem } from './rejection.ts'
import type { UnverifiableProblem } from './token-claims.ts'

/** The likely cause of each failure of an authorization server, ASCII. */
export function explainUnavailable (reason: UnavailabilityCause, circumstance?: FailureCircumstance): string {
  return circumstance === undefined ? UNAVAILABLE[reason] : SEEN[circumstance]
}

/** What the self-test of the credentials has found, ASCII; absent where all is well. */
export function explainSelfTest (
  outcome: SelfTestOutcome, reason: UnavailabilityCause | undefined, circumstance?: FailureCircumstance
): string | undefined {
  if (outcome === 'indistinct') return INDISTINCT
  return reason === undefined ? undefined : explainUnavailable(reason, circumstance)
}

const INDISTINCT = 'The authorization server answers made-up credentials as it answers those of this gateway: it calls a made-up token ' +
  'inactive. Those of this gateway may be right; if they are wrong, every token will be called inactive. Try a good token: doctor ' +
  '--token-file.'

/** What was seen says more than the kind of failure. */
const SEEN: Readonly<Record<FailureCircumstance, string>> = {
  keys: 'The published keys of the authorization server cannot be used, so no JWT can be verified. Check jwks_uri in its metadata, ' +
    'or authorizationServer.jwt.jwksUri; introspection is not concerned.',
  'keys-content-type': 'The published keys of the authorization server come with a content type other than JSON, such as text/plain ' +
    'or an HTML page. Check jwks_uri in its metadata, or authorizationServer.jwt.jwksUri; ' +
    'a server or proxy that serves the file itself must call it application/jwk-set+json or application/json. Introspection is not ' +
      'concerned.',
  'encoded-credentials': 'The authorization server rejected the credentials of this gateway, whose client id or secret holds ' +
    'characters that form encoding changes. With client_secret_basic both are encoded first (RFC 6749 section 2.3.1), ' +
    'and some servers do not decode them. Use a secret of letters, digits, - and _, or client_secret_post; otherwise check both ' +
      'against the resource server registered there.',
  'perhaps-encoded-credentials': 'The introspection endpoint refused the request and does not say why, and the client id or secret of ' +
    'this gateway holds characters that need form encoding. With client_secret_basic both are encoded first (RFC 6749 section 2.3.1), ' +
    'and some servers, such as java-oauth-server, compare them as they are. Use a secret of letters, digits, - and _, or ' +
    'client_secret_post; otherwise check both against the resource server registered there.',
  'nothing-stated': 'The authorization server calls the token active and states nothing else: no subject, audience, scope or expiry. ' +
    'PingFederate answers so where its access token manager has no attributes or the client of this gateway may not see them: map them ' +
    'there. Clients are not told to obtain other tokens, which would be no better.',
  'vouches-for-anything': 'The authorization server calls a token active that this gateway has made up, so its answers are worth ' +
    'nothing. Is introspection.endpoint the address of a stub, or of a proxy with a fixed answer?'
}

const UNAVAILABLE: Readonly<Record<UnavailabilityCause, string>> = {
  timeout: 'The authorization server did not answer in time. It may be overloaded, or a firewall may be dropping packets.',
  unreachable: 'No connection to the authorization server. Check that it runs, that its host name resolves, and that its certificate is ' +
    'trusted here (NODE_EXTRA_CA_CERTS).',
  'connection-dropped': 'The authorization server closed the connection twice without a complete reply. It may be restarting, or a proxy ' +
    'in between may be closing connections.',
  redirect: 'The authorization server answered with a redirect, which is never followed because credentials would be sent along. Check ' +
    'http against https, the host name and a trailing slash in the configured endpoint or issuer.',
  'too-large': 'The authorization server sent more than an introspection reply or a metadata document can contain. Is it the address of ' +
    'another service?',
  unparseable: 'The authorization server answered with something other than a reply about a token. Is it the address of a web page, a ' +
    'proxy or a login form?',
  'unexpected-status': 'The authorization server answered with an unexpected HTTP status. Check the configured address and the log of ' +
    'the authorization server.',
  'rate-limited': 'The authorization server limits how often it may be asked. A longer cache time (CACHE_TTL_SECONDS) asks it less often.',
  'credentials-rejected': 'The authorization server rejected the credentials of this gateway, not those of a client. Check ' +
    'INTROSPECTION_CLIENT_ID and INTROSPECTION_CLIENT_SECRET against the resource server registered there; with Authlete, ' +
    'AUTHLETE_SERVICE_ID and AUTHLETE_SERVICE_ACCESS_TOKEN.',
  'metadata-unavailable': 'The metadata of the authorization server could not be found or names no usable endpoint. Check ' +
    'AUTHORIZATION_SERVER_ISSUER, or set INTROSPECTION_ENDPOINT.',
  'issuer-mismatch': 'The metadata found under the configured issuer names another issuer. The two must be equal, character for ' +
    'character: scheme, host, port, trailing slash.',
  'signature-rejected': 'The authorization server signs its replies (RFC 9701), and this one is not signed with a key that it publishes, ' +
    'or not meant for this gateway: iss must be the configured issuer, aud the client id of this gateway or its resource identifier. See ' +
    'introspection.replyAlgorithms.',
  'keys-pending': 'Tokens arrive that the known keys of the authorization server do not verify. Either it has just changed its keys, or ' +
    'clients send forged tokens. The keys are fetched again a few times a minute, whatever clients send; until the next fetch such ' +
    'tokens are answered with 503 and Retry-After, and tokens of the known keys are accepted.',
  'circuit-open': 'The authorization server has failed so often that no requests are sent to it for a while; earlier log lines give the ' +
    'reason. Tokens whose answer is cached are accepted until that answer expires.',
  'unexplained-refusal': 'The introspection endpoint refused the request with an HTTP status that does not say whether the token or this ' +
    'gateway is meant. Check INTROSPECTION_CLIENT_ID and INTROSPECTION_CLIENT_SECRET, the address of the endpoint, and the log of the ' +
    'authorization server.',
  'unusable-reply': 'The authorization server calls the token active and states sub, scope, client_id or cnf in a form that RFC 7662 ' +
    'does not allow; the detail names which. That is a setting of the server, such as a mapper with another type: no other token would ' +
    'be better.',
  'doubtful-answer': 'The authorization server calls one good token after the other inactive. Some servers (Authentik) answer wrong ' +
    'credentials so. Check INTROSPECTION_CLIENT_ID and INTROSPECTION_CLIENT_SECRET, and whether the server still knows the tokens that ' +
    'it issued; others answer so where the client of this gateway may not introspect these tokens.',
  overloaded: 'Too many requests to the authorization server are in flight. Either very many new tokens arrive at once, or it has ' +
    'become slow.'
}

export interface HintContext {
  /** Our resource identifier; only its scheme is used. */
  readonly resource: string
  /** The configured issuer; only its scheme is used. */
  readonly issuer: string
  /** The authorization servers that are configured; never shown. Default: none is known. */
  readonly servers?: readonly HintServer[]
}

/**
 * Why an authorization server may call a token inactive that should be valid. Some servers (the au3te family) also answer
 * "inactive" when the audience of the token lacks the URI registered for this resource server.
 */
export function explainInactive ({ resource, issuer }: HintContext): string {
  const trap = 'the resource server registered at the authorization server has another URI than the resource identifier of this gateway ' +
    '(http against https, host, port, path or trailing slash): that looks exactly like a revoked token'
  return resource.startsWith('http:') && issuer.startsWith('https:')
    ? `Likely causes, if this is not a single client: ${trap}, and this gateway's identifier begins with http: while its issuer is on ` +
      'https:. Otherwise the token has expired, was revoked or was issued elsewhere.'
    : `The token has expired, was revoked or was issued elsewhere. If every token is refused: ${trap}.`
}

/** Why a token that is accepted may use no tool that needs a scope: the server names the claim in another way, or sends none. */
export function explainMissingScopeClaim ({ lookedFor, present }: MissingScopeClaim): string {
  return `The token has no claim named ${lookedFor.join(' or ')}, so it holds no scope. Claims of the token: ${present.join(', ')}. ` +
    'If one of them holds the scopes, name it in authorizationServer.claims.scope; roles and permissions are no scopes. ' +
    'Otherwise the client must request scopes, and the authorization server must put them into the token.'
}

/**
 * The likely cause of each problem of a token, ASCII.
 * @param seen what the token looks like; absent: the hint names every cause that the problem alone allows
 */
export function explainInvalidToken (problem: InvalidTokenProblem, context: HintContext, seen?: SeenToken): string {
  return likelyCause(problem, context, seen).text
}

/** As explainInvalidToken, with a code that stays the same for the same cause. */
export function likelyCause (problem: InvalidTokenProblem, context: HintContext, seen?: SeenToken): Hint {
  return tokenHint(problem, context.servers ?? [], seen) ?? { cause: problem.kind, text: usualCause(problem, context) }
}

function usualCause (problem: InvalidTokenProblem, context: HintContext): string {
  switch (problem.kind) {
    case 'inactive':
      return explainInactive(context)
    case 'unverifiable':
      return UNVERIFIABLE[problem.problem]
    case 'unusable-claim':
      return `The authorization server calls the token active but states "${problem.claim}" in an unusable form.`
    case 'expired':
      return 'The token has expired. If the authorization server still calls it active, compare the clocks of the two machines.'
    case 'no-expiry':
      return 'The token states no expiry (exp), so it would be accepted until it is revoked. Refresh tokens look like this, and none ' +
        'is for a resource server. If the access tokens of this server really never end, authorizationServer.requireExpiry: ' +
        'false accepts them.'
    case 'not-yet-valid':
      return 'The token is not valid yet. Compare the clocks of the two machines; authorizationServer.clockToleranceSeconds allows a ' +
        'difference.'
    case 'wrong-issuer':
      return 'The token names another issuer than AUTHORIZATION_SERVER_ISSUER. The two must be equal, character for character.'
    case 'sender-constrained':
      return 'The token is bound to a key (DPoP or mutual TLS), and the request contained no proof of that key. Configuration decides ' +
        'whether proofs are accepted (dpop.mode), and where certificates come from (tls.clientCa, mutualTls).'
    case 'wrong-key':
      return 'The token is bound to another key or certificate than the one of the request: a stolen token, or a client that has changed ' +
        'its key. Behind a proxy, check that it passes on the certificate of the client and not its own.'
    case 'not-sender-constrained':
      return 'The token is not bound to a key, although it came with a DPoP proof, or dpop.mode requires one. Let the authorization ' +
        'server bind tokens for this client (dpop_bound_access_tokens).'
    case 'wrong-audience':
      return 'The token was issued for another resource. Compare RESOURCE_IDENTIFIER with the "resource" parameter the client sends: ' +
        'scheme, host, port, path and trailing slash must be equal. For a server that names resources in another way, list its exact ' +
        'audience of this gateway in authorizationServer.acceptedAudiences.'
    case 'no-audience':
      return 'The token names no audience.'
    case 'no-own-scope':
      return 'The token has no scope that begins with authorizationServer.requiredScopePrefix, so it was not granted for this gateway, ' +
        'whatever its audience says. Let the client request such a scope.'
    case 'client-not-accepted':
      return 'The token was issued to a client that authorizationServer.clients does not list, or it names no client. Add the client id ' +
        'if the client is wanted; authorizationServer.claims.clientId says in which claim it is.'
    case 'no-subject':
      return 'The token names no subject.'
  }
}

const UNVERIFIABLE: Readonly<Record<UnverifiableProblem, string>> = {
  form: 'The token is not a JWT in compact form, and no other kind is configured. If the authorization server issues reference tokens ' +
    'for this resource, configure introspection.',
  type: 'The token is a JWT of a type that configuration does not accept. RFC 9068 says at+jwt; older issuers say JWT or omit it ' +
    '(authorizationServer.jwt.types, allowMissingType). An ID token is not an access token.',
  algorithm: 'The token is signed with an algorithm that authorizationServer.jwt.algorithms does not list.',
  key: 'The token names a key that the authorization server does not publish: its keys were fetched after the token arrived. If the ' +
    'token is genuine, compare jwks_uri with the key that the server signs with.',
  signature: 'The signature of the token is wrong: the token is forged, damaged, or signed with another key. Published keys were fetched ' +
    'after the token arrived. With a shared secret, compare the secrets on both sides.'
}
