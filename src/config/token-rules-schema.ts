// The part of the configuration schema about the tokens of one authorization server: audiences, claim names, times, clients. Every
// text is compared exactly, except `requiredScopePrefix`.

import { choice, flag, group, list, text, wholeNumber } from './members.ts'
import { isPrintable, isScopeToken } from './text-syntax.ts'

/** What a person may do, or where a person belongs: not what was granted to the client (RFC 9068 section 2.2.3.1). */
const NOT_GRANTED = /role|permission|group|entitlement|authorit/i
const CLAIM = 'the name of a claim'
const SCOPE_CLAIM = 'the name of a claim that holds scopes; roles, permissions, groups and entitlements are none'

const AUDIENCE = 'a text without control characters and without *, since audiences are compared exactly'
const OWN_SCOPES = 'a text of scope characters that ends in / or : or . such as orders/'

const isAudience = (value: string) => isPrintable(value) && !value.includes('*')
const isScopePrefix = (value: string) => isScopeToken(value) && /[/:.]$/.test(value)

function atLeastOne (what: string, accepts: (value: string) => boolean) {
  return list(what, accepts).refine(items => items.length > 0, `expected a list of at least one, each item ${what}`)
}

const claims = group({
  scope: atLeastOne(SCOPE_CLAIM, value => isPrintable(value) && !NOT_GRANTED.test(value)).default(['scope'])
    .describe('Where the scopes are: a text or a list of texts. Okta, Entra ID and Ory Hydra say `scp`. A claim that says what a ' +
      'person may do (`roles`, `permissions`) would let a client do all of it: such names are refused.'),
  clientId: atLeastOne(CLAIM, isPrintable).default(['client_id'])
    .describe('Where the client id is, for logs, budgets and `clients`: `azp` at Keycloak and Entra ID, `cid` at Okta.'),
  subject: atLeastOne(CLAIM, isPrintable).default(['sub'])
    .describe('Where the person is, such as `oid` at Entra ID. It must be unique and never be given to another person, and several ' +
      'names must mean the same text: with a claim that people can change (`email`), one takes over the reservations of another.')
}).describe('The names of claims, where the server has other names. Of each list the first claim that the token has is read, and ' +
  'no other. The same for introspection and JWTs. Replies of Authlete are translated to the names of RFC 7662 first.')

export const acceptedAudiences = atLeastOne(AUDIENCE, isAudience).exactOptional()

/** Members of an authorization server. */
export const tokenRules = {
  acceptedAudiences: acceptedAudiences
    .describe('The audiences of which a token must have one, compared byte for byte, for servers that name a resource in their own way ' +
      '(Entra ID: the id of the application). Absent: the resource identifier, and for one without a path also its form with `/`. ' +
      'The metadata and DPoP proofs follow the identifier all the same. Whatever tokens with such an audience were issued for can call ' +
      'this gateway: name none that other APIs share.'),
  claims: claims.prefault({}),
  clockToleranceSeconds: wholeNumber({ from: 0, to: 300, unit: 'seconds', byDefault: 5 })
    .describe('How many seconds `nbf` may be in the future, for clocks that differ. `exp` has no tolerance. `iat` is not judged.'),
  requireExpiry: flag().default(true)
    .describe('Refuse tokens without `exp`. `false` is for introspection replies that never state one: such tokens, refresh tokens among ' +
      'them, are accepted until the server calls them inactive. A JWT always needs `exp`.'),
  subjectless: choice(['refuse', 'client']).default('refuse')
    .describe('What a token without a subject means: it is refused, or (`client`) its client acts for itself, as `client:<client id>`, ' +
      'for the client credentials grant. Such a client is never the person whose subject is that text. With `client`, everything ' +
      'that holds the secret of a client can do what its scopes allow. A token whose `sub` is another text than its ' +
      'client id is no such token, also where `claims.subject` names other claims.'),
  clients: atLeastOne('a client id', isPrintable).exactOptional()
    .describe('The client ids that are accepted, compared byte for byte; a token without a client id is then refused. Absent: every ' +
      'client of the authorization server. For servers where a client chooses the audience (Cognito).'),
  requiredScopePrefix: text(OWN_SCOPES, isScopePrefix).exactOptional()
    .describe('A token must have a scope that begins with this text, whatever it calls. For servers where a client chooses the audience ' +
      '(Cognito: the identifier of the resource server there, with `/`): they grant such scopes for this resource only.')
}
