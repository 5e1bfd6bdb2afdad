// The part of an upstream file about token exchange (RFC 8693): how the gateway obtains a token for the other server on behalf of a person.

import { isEndpoint, isIssuerIdentifier } from '../address-syntax.ts'
import { choice, group, list, text, wholeNumber } from '../members.ts'
import { isFilePath, isPrintable, isScopeToken } from '../text-syntax.ts'
import { secret } from './secret-schema.ts'

const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'] as const

/** The member that each way of client authentication needs. */
const CREDENTIAL_MEMBERS = {
  client_secret_basic: 'clientSecret', client_secret_post: 'clientSecret', private_key_jwt: 'privateKeyFile', none: undefined
} as const

export const tokenExchange = group({
  issuer: text('an absolute http or https URL without query or fragment', isIssuerIdentifier).exactOptional()
    .describe('The one authorization server whose tokens are exchanged. Absent: each token at the server that issued it. Needed where ' +
      'there are several and the gateway authenticates with a secret, which is meant for one of them.'),
  tokenEndpoint: text('an absolute http or https URL without a fragment', isEndpoint).exactOptional()
    .describe('Where tokens are exchanged. Absent: `token_endpoint` of the metadata of the authorization server.'),
  clientId: text('a text without control characters', isPrintable)
    .describe('The client id of the gateway there.'),
  clientAuthentication: choice(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']).default('client_secret_basic')
    .describe('How the gateway authenticates there: with `clientSecret`, or with an assertion signed by the key in `privateKeyFile`.'),
  clientSecret: secret.exactOptional().describe('The secret that goes with `clientId`.'),
  privateKeyFile: text('a path', isFilePath).exactOptional()
    .describe('A file with the private key, PEM (PKCS #8) or JWK, relative to this file.'),
  privateKeyId: text('a text without control characters', isPrintable).exactOptional()
    .describe('The `kid` under which the authorization server knows the key. Absent: that of the JWK, if it has one.'),
  privateKeyAlgorithm: choice(ALGORITHMS).default('ES256').describe('The signature algorithm of the assertion.'),
  assertionAudience: choice(['issuer', 'endpoint']).default('issuer')
    .describe('The audience of the assertion: the issuer identifier, or the address of the token endpoint.'),
  resource: text('an absolute http or https URL without a fragment', isEndpoint).exactOptional()
    .describe('The `resource` that is asked for (RFC 8707). Default: the `url` of the transport; none where `audience` is set.'),
  audience: text('a text without control characters', isPrintable).exactOptional()
    .describe('The `audience` that is asked for, where the server has its own names.'),
  scopes: list('a scope', isScopeToken)
    .describe('The scopes that are asked for, in the words of the other server, unless a tool has `upstreamScopes`.'),
  authorizationDetails: choice(['used-element', 'all', 'none']).default('used-element')
    .describe('The authorization details that are asked for: the one element that permits the call, all of the token, or none. The reply ' +
      'must have them and no others.'),
  cacheSeconds: wholeNumber({ from: 0, to: 86_400, unit: 'seconds', byDefault: 300 })
    .describe('Seconds for which an exchanged token is kept at most, within its own life and that of the token of the client.'),
  deadlineMs: wholeNumber({ from: 100, to: 30_000, unit: 'milliseconds', byDefault: 3000 })
    .describe('Milliseconds for one whole exchange.')
}).superRefine((members, context) => {
  const complain = (path: string, message: string) => { context.addIssue({ code: 'custom', path: [path], message }) }
  const { clientAuthentication } = members
  const needed = CREDENTIAL_MEMBERS[clientAuthentication]
  for (const member of ['clientSecret', 'privateKeyFile'] as const) {
    const isThere = members[member] !== undefined
    if (member === needed && !isThere) complain(member, `missing; clientAuthentication is ${clientAuthentication}`)
    if (member !== needed && isThere) complain(member, `expected nothing: clientAuthentication is ${clientAuthentication}`)
  }
})
