// The part of the configuration schema about one authorization server: issuer, introspection, JWTs, Authlete.

import { ASYMMETRIC_ALGORITHMS, SHORTEST_SECRET, SYMMETRIC_ALGORITHMS } from '../kernel/jose-algorithms.ts'
import { isEndpoint, isIssuerIdentifier } from './address-syntax.ts'
import { choice, flag, group, list, text, wholeNumber } from './members.ts'
import { isLongSecret, isSecret } from './placeholder.ts'
import { isOneOf, isPrintable } from './text-syntax.ts'
import { tokenRules } from './token-rules-schema.ts'

const SECRET = 'a secret that is not a placeholder'
const URL_WITHOUT_FRAGMENT = 'an absolute http or https URL without a fragment'

const ALL_ALGORITHMS = [...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS]
const USUAL_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA']

const asymmetricAlgorithms = () => list(`one of ${ASYMMETRIC_ALGORITHMS.join(', ')}`, value => isOneOf(ASYMMETRIC_ALGORITHMS, value))

/** Not the beginning of an address without a scheme. */
const isPath = (value: string): boolean => /^\/(?:[\w.~-]+\/?)+$/.test(value)

/** The member that each way of client authentication needs. */
const CREDENTIAL_MEMBERS = {
  client_secret_basic: 'clientSecret',
  client_secret_post: 'clientSecret',
  private_key_jwt: 'privateKeyFile',
  bearer: 'bearerToken'
} as const

const introspection = group({
  endpoint: text(URL_WITHOUT_FRAGMENT, isEndpoint).exactOptional()
    .describe('Where tokens are introspected (RFC 7662). Absent: discovered from the metadata of the issuer.'),
  clientId: text('a text without control characters', isPrintable)
    .exactOptional()
    .describe('The client id of this resource server at the authorization server. With `none` it may be absent; where it is there, it is ' +
      'sent without a secret, for servers that let such a client ask (Okta, PingFederate).'),
  clientAuthentication: choice(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'bearer', 'none'])
    .default('client_secret_basic')
    .describe('How the gateway authenticates there: with `clientSecret` in a header or in the form, with an assertion signed by the ' +
      'key in `privateKeyFile` (RFC 7523), or with `bearerToken`. `none`: not at all, for an endpoint that only this network reaches ' +
      '(the admin port of Ory Hydra); then `endpoint` is needed, and anything else that reaches it can test tokens there.'),
  clientSecret: text(SECRET, isSecret).exactOptional()
    .describe('The secret that goes with `clientId`. Better set in the environment than in a file.'),
  privateKeyFile: text('the name of a file', isPrintable).exactOptional()
    .describe('A file with the private key for `private_key_jwt`, PEM (PKCS #8) or JWK.'),
  privateKeyId: text('a text without control characters', isPrintable).exactOptional()
    .describe('The `kid` under which the authorization server knows that key. Absent: that of the JWK, if it has one.'),
  privateKeyAlgorithm: choice(['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']).default('ES256')
    .describe('The signature algorithm of the assertion.'),
  assertionAudience: choice(['issuer', 'endpoint']).default('issuer')
    .describe('The audience of the assertion: the issuer identifier, so that no other server can use it, or the address of the ' +
      'introspection endpoint, which some older servers require.'),
  bearerToken: text(SECRET, isSecret).exactOptional()
    .describe('The token for `bearer`. Better set in the environment than in a file.'),
  accept: choice(['json', 'jwt']).default('json')
    .describe('The requested form of replies: `json`, or `jwt` for signed ones (RFC 9701), and then no other reply is accepted. A ' +
      'signed reply is verified in either case.'),
  replyAlgorithms: asymmetricAlgorithms().default(USUAL_ALGORITHMS)
    .describe('The allowed signature algorithms of a signed reply.')
}).superRefine((members, context) => {
  const { clientAuthentication } = members
  const complain = (member: string, message: string) => { context.addIssue({ code: 'custom', path: [member], message }) }
  if (clientAuthentication === 'none') {
    const since = 'since clientAuthentication is none'
    if (members.endpoint === undefined) complain('endpoint', `missing; expected ${URL_WITHOUT_FRAGMENT}, ${since}`)
    for (const member of ['clientSecret', 'bearerToken', 'privateKeyFile'] as const) {
      if (members[member] !== undefined) complain(member, `expected nothing, ${since}`)
    }
    return
  }
  if (members.clientId === undefined) complain('clientId', 'missing; expected a text without control characters')
  const needed = CREDENTIAL_MEMBERS[clientAuthentication]
  if (members[needed] !== undefined) return
  const expected = needed === 'privateKeyFile' ? 'the name of a file' : SECRET
  context.addIssue({ code: 'custom', path: [needed], message: `missing; expected ${expected}` })
}).describe('How tokens are introspected.')

const jwt = group({
  algorithms: list(`one of ${ALL_ALGORITHMS.join(', ')}`, value => isOneOf(ALL_ALGORITHMS, value)).default(USUAL_ALGORITHMS)
    .describe('The allowed signature algorithms of access tokens. `none` cannot be listed.'),
  types: list('a media type without application/, such as at+jwt', value => /^[\w.+-]+$/.test(value)).default(['at+jwt'])
    .describe('The allowed values of `typ` in access tokens. RFC 9068 says `at+jwt`.'),
  allowMissingType: flag().default(false)
    .describe('Accept access tokens without `typ`, as issuers older than RFC 9068 make them.'),
  jwksUri: text(URL_WITHOUT_FRAGMENT, isEndpoint).exactOptional()
    .describe('Where the keys of the server are published. Absent: discovered from the metadata of the issuer.'),
  sharedSecret: text('a secret of at least 32 characters that is not a placeholder', isLongSecret).exactOptional()
    .describe('For servers that sign with a shared secret (HS256, HS384, HS512) instead of a key pair. Every party that can verify ' +
      'with it can also sign. Better set in the environment than in a file.')
}).superRefine(({ algorithms, jwksUri, sharedSecret }, context) => {
  const complain = (member: string, message: string) => context.addIssue({ code: 'custom', path: [member], message })
  if (algorithms.length === 0) complain('algorithms', 'expected at least one algorithm')
  const symmetric = algorithms.filter(algorithm => isOneOf(SYMMETRIC_ALGORITHMS, algorithm))
  if (sharedSecret === undefined) {
    if (symmetric.length > 0) complain('sharedSecret', `missing; expected a secret, since algorithms lists ${symmetric.join(', ')}`)
    return
  }
  if (symmetric.length < algorithms.length) complain('algorithms', 'expected HS256, HS384 or HS512 and nothing else with a shared secret')
  if (jwksUri !== undefined) complain('jwksUri', 'expected no value with a shared secret')
  const least = Math.max(...symmetric.map(algorithm => SHORTEST_SECRET[algorithm]))
  if (sharedSecret.length < least) complain('sharedSecret', `expected at least ${least} characters for ${symmetric.join(', ')}`)
}).describe('How JWT access tokens (RFC 9068) are verified.')

const authlete = group({
  baseUrl: text(URL_WITHOUT_FRAGMENT, isEndpoint).default('https://api.authlete.com')
    .describe('The address of the API of Authlete.'),
  serviceId: text('the id of a service', value => /^[\w-]+$/.test(value))
    .describe('Which service of Authlete issued the tokens.'),
  accessToken: text(SECRET, isSecret)
    .describe('The service access token. Better set in the environment than in a file.')
}).describe('How Authlete is asked directly, through `@authlete/typescript-sdk`.')

export const authorizationServer = group({
  issuer: text('an absolute http or https URL without query or fragment', isIssuerIdentifier)
    .describe('The issuer identifier of the authorization server (RFC 8414), exactly as its metadata states it.'),
  introspection: introspection.exactOptional(),
  jwt: jwt.exactOptional(),
  authlete: authlete.exactOptional(),
  ...tokenRules,
  allowInsecureIssuer: text('the issuer identifier that may use plain http', isIssuerIdentifier).exactOptional()
    .describe('The one issuer that may be reached over plain http on another machine, in a network where every user is trusted. Must ' +
      'equal `issuer`.'),
  allowInsecureIntrospection: text(URL_WITHOUT_FRAGMENT, isEndpoint).exactOptional()
    .describe('The one introspection endpoint that may be asked over plain http on another machine, such as an address inside a cluster. ' +
      'Must equal `introspection.endpoint`. Everyone on that network can read tokens, and answer in place of the server.'),
  agreementPage: text(`${URL_WITHOUT_FRAGMENT}, or a path such as /agreement`, value => isEndpoint(value) || isPath(value)).exactOptional()
    .describe('A page of this server, an address or a path at the origin of the issuer, at which a person can raise the limits of a ' +
      'token that a client has already ([what it gets](rich-authorization.md#a-page-to-agree-on)). Given to clients of 2026-07-28 that ' +
      'show pages, in place of a challenge, where `policy.remediation` is `draft`. Not with `jwt`: the limits in a JWT do not change.'),
  selfTest: choice(['full', 'own-credentials', 'off']).default('full')
    .describe('What is asked when the gateway begins to serve, and again when the secret changes: whether the server accepts the ' +
      'credentials of this gateway, with a made-up token (`own-credentials`), and whether it refuses a made-up secret (`full`). Rejected ' +
      'credentials turn `/ready` red. `own-credentials` where one wrong secret at each start would lock the client out; `off` where ' +
      'the server refuses every unknown token without a reason.'),
  deadlineMs: wholeNumber({ from: 100, to: 30_000, unit: 'milliseconds', byDefault: 3000 })
    .describe('Milliseconds for one whole introspection, discovery and retry included.')
}).superRefine(({ introspection, jwt, authlete, agreementPage }, context) => {
  if (agreementPage !== undefined && jwt !== undefined) {
    context.addIssue({ code: 'custom', path: ['agreementPage'], message: 'expected none, since the limits in a JWT cannot be raised' })
  }
  if (introspection === undefined && jwt === undefined && authlete === undefined) {
    const message = 'missing; expected introspection, jwt or authlete: a way to verify tokens'
    context.addIssue({ code: 'custom', path: ['introspection'], message })
  }
  if (introspection !== undefined && authlete !== undefined) {
    const message = 'expected either introspection or authlete: both are for reference tokens'
    context.addIssue({ code: 'custom', path: ['authlete'], message })
  }
})
