// The likely cause of a refused token, chosen from what was seen of it: its form, the names of its claims, how its server is asked. The
// same sentence stands in the log, in `doctor` and in `explain`. Values of claims are compared and never shown.

import { hasNoIntrospection } from '../../kernel/unusable-servers.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { SeenToken } from './seen-token.ts'
import { issuerHint } from './issuer-hint.ts'
import { serverFamily } from './server-family.ts'

/** What configuration says about one authorization server. */
export interface HintServer {
  readonly issuer: string
  /** The client id of this gateway at its introspection endpoint. */
  readonly clientId?: string | undefined
  /** It is asked about tokens, by introspection or through Authlete. */
  readonly asked: boolean
}

export interface Hint {
  /** A code: the same cause is logged once in a while. */
  readonly cause: string
  /** ASCII. */
  readonly text: string
}

/** @returns `undefined` where nothing was seen that tells one cause from another */
export function tokenHint (problem: InvalidTokenProblem, servers: readonly HintServer[], seen: SeenToken | undefined): Hint | undefined {
  if (problem.kind === 'no-audience') return audienceHint(problem.claims ?? seen?.claims ?? [])
  if (problem.kind === 'no-subject') return subjectHint(problem.claims ?? seen?.claims ?? [])
  if (seen === undefined) return undefined
  if (problem.kind === 'inactive') return inactiveHint(serverOf(servers, seen), servers, seen)
  if (problem.kind === 'wrong-audience') return wrongAudienceHint(seen)
  if (problem.kind === 'wrong-issuer') return issuerHint(servers, seen)
  return problem.kind === 'unverifiable' && problem.problem === 'form' ? formHint(servers, seen) : undefined
}

function serverOf (servers: readonly HintServer[], seen: SeenToken): HintServer | undefined {
  return servers.find(({ issuer }) => seen.isFrom(issuer))
}

function formHint (servers: readonly HintServer[], { form }: SeenToken): Hint | undefined {
  if (form === 'jwe') {
    return {
      cause: 'encrypted-token',
      text: 'The token is encrypted (a JWE, five parts), and this gateway holds no key to decrypt it. Let the authorization server ' +
        'issue signed tokens that are not encrypted: ' +
        'at Auth0 in the settings of the API (JSON Web Encryption), at authentik without an encryption key in the provider, at ' +
          'OpenIddict with DisableAccessTokenEncryption.'
    }
  }
  if (form !== 'opaque') return undefined
  return servers.every(({ issuer }) => hasNoIntrospection(issuer))
    ? {
        cause: 'opaque-token-without-introspection',
        text: 'The token is opaque, and this authorization server has no introspection endpoint. It issues such tokens when the ' +
          'authorization request names no API: ' +
          'let the client send the audience of the API (at Auth0 `audience`, or `resource` with the Resource Parameter ' +
            'Compatibility Profile switched on). A refresh token looks the same.'
      }
    : {
        cause: 'opaque-token',
        text: 'The token is opaque: it is no JWT, and no other kind is configured. If the authorization server has an introspection ' +
          'endpoint, configure introspection. If it has none (Auth0 is one), ' +
          'it issues opaque tokens when the request names no API: let the client send the audience of the API. A refresh token ' +
            'looks the same.'
      }
}

function audienceHint (claims: readonly string[]): Hint {
  const family = serverFamily(claims)
  if (family === 'cognito') {
    return {
      cause: 'cognito-without-binding',
      text: 'The token has no aud and looks like one of Amazon Cognito, which writes it only with resource binding: managed login ' +
        '(Essentials or Plus), and a client that sends the resource identifier of this gateway as `resource` ' +
        'to /oauth2/authorize. Tokens of the client credentials grant and of SDK sign-ins never have one, and cannot be used here.'
    }
  }
  if (family === 'keycloak') {
    return {
      cause: 'keycloak-without-audience',
      text: 'The token has no aud and looks like one of Keycloak, which writes it only with a mapper: add a client scope with an ' +
        'Audience mapper whose Included Custom Audience is the resource identifier of this gateway. Keycloak ignores `resource` ' +
        'otherwise.'
    }
  }
  return {
    cause: 'no-audience',
    text: 'The token names no audience. The client must send the "resource" parameter (RFC 8707), and the authorization server ' +
      `must put it into the token.${listed(claims)}`
  }
}

function subjectHint (claims: readonly string[]): Hint {
  return serverFamily(claims) === 'keycloak'
    ? {
        cause: 'keycloak-without-basic',
        text: 'The token has no sub and looks like one of Keycloak: its client lacks the client scope `basic`, which writes sub ' +
          'since version 25. Add `basic` to the default client scopes of that client.'
      }
    : {
        cause: 'no-subject',
        text: 'The token names no subject, so it belongs to no person. It may come from the client credentials grant, for which ' +
          'authorizationServer.subjectless must be client; or the person is in ' +
          `another claim (authorizationServer.claims.subject), or the server leaves sub out.${listed(claims)}`
      }
}

function wrongAudienceHint ({ kind, claims, isFor }: SeenToken): Hint | undefined {
  if (kind === 'id') {
    return { cause: 'id-token', text: 'The token is an ID token, whose audience is the client. The client must send its access token.' }
  }
  const family = serverFamily(claims)
  if (family === 'keycloak' && isFor('account')) {
    return {
      cause: 'keycloak-default-audience',
      text: 'The token was issued for another resource and looks like one of Keycloak, with the audience that it writes where no ' +
        'mapper names this gateway: add a client scope with a mapper that does (Included Custom Audience: the resource identifier).'
    }
  }
  return family === 'entra'
    ? {
        cause: 'entra-audience',
        text: 'The token was issued for another resource and looks like one of Entra ID, which names an API by the id of its ' +
          'application, never by its address: list that id in authorizationServer.acceptedAudiences. ' +
          'If it is listed, the client requested scopes of another API, such as Microsoft Graph.'
      }
    : undefined
}

function inactiveHint (server: HintServer | undefined, servers: readonly HintServer[], seen: SeenToken): Hint | undefined {
  if (seen.form !== 'jwt') return undefined
  if (seen.kind === 'id' || seen.kind === 'refresh') {
    return {
      cause: `${seen.kind}-token`,
      text: seen.kind === 'id'
        ? 'The token is an ID token, which says who signed in. The client must send its access token.'
        : 'The ' +
        'token is a refresh token, which is for the authorization server alone. The client must send its access token.'
    }
  }
  if (seen.expired === true) {
    return {
      cause: 'expired-token',
      text: 'The authorization server calls the token inactive, and its exp has passed: the client ' +
      'must obtain a new one. If it is new, compare the clocks of the two machines.'
    }
  }
  if (server === undefined) {
    return servers.length === 0
      ? undefined
      : issuerHint(servers, seen) ?? {
        cause: 'foreign-token',
        text: 'The authorization server calls the token inactive, and its iss is not a configured issuer: ' +
        'it was issued elsewhere, or authorizationServer.issuer is written in another way than the server writes it.'
      }
  }
  if (server.clientId !== undefined && !seen.isFor(server.clientId)) {
    return {
      cause: 'asker-not-in-audience',
      text: 'The authorization server calls the token inactive, and its aud lacks the client id of this gateway. Keycloak from ' +
        '26.6.2 answers so to a client that is not in aud, as do ZITADEL, OpenIddict and others: ' +
        'add an Audience mapper whose Included Client Audience is the client of this gateway, next to the one for the resource ' +
          'identifier. Otherwise the token was revoked or its session has ended.'
    }
  }
  return undefined
}

function listed (claims: readonly string[]): string {
  return claims.length === 0 ? '' : ` Claims of the token: ${claims.join(', ')}.`
}
