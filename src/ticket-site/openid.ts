// Who is at the browser? OpenID Connect at the authorization server: authorization code, PKCE, state, nonce, and the issuer in the
// answer (RFC 9207). An authorization server without OpenID Connect cannot tell a web site who the person is; an access token does not
// either: https://openid.net/specs/openid-connect-core-1_0.html#IDToken

import * as client from 'openid-client'
import type { Locale } from '../kernel/locale.ts'
import { err, ok, type Result } from '../kernel/result.ts'

export interface OpenIdSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | undefined
  /** Where the browser returns to. */
  readonly redirectUri: string
}

/** `down`: it does not answer as it should now. `no-openid`: it answers, and has no OpenID Connect. */
type OpenIdProblem = 'down' | 'no-openid'

interface StartedLogin {
  readonly url: URL
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly accessToken: string
}

export interface OpenId {
  readonly problem: () => Promise<OpenIdProblem | undefined>
  readonly start: (language: Locale) => Promise<Result<StartedLogin, OpenIdProblem>>
  /** `refused`: the answer does not belong to this login, or the person did not log in. */
  readonly finish: (answer: URL, expected: Omit<StartedLogin, 'url'>) => Promise<Result<Identity, OpenIdProblem | 'refused'>>
  /** The address at which a person's own grants can be read and withdrawn; a member of the practice server's metadata alone. */
  readonly grantsEndpoint: () => Promise<string | undefined>
}

const TIMEOUT_SECONDS = 5
/** What was found is asked again after this time, and what was not found much sooner. */
const KEEP_MS = 600_000
const KEEP_PROBLEM_MS = 2_000

type Found = Result<client.Configuration, OpenIdProblem>

export function createOpenId (settings: OpenIdSettings, monotonicMs: () => number): OpenId {
  let known: { readonly found: Promise<Found>, staleAtMs: number } | undefined

  function configuration (): Promise<Found> {
    if (known === undefined || monotonicMs() >= known.staleAtMs) {
      const next = { found: discover(settings), staleAtMs: Infinity }
      known = next
      const keep = ({ ok }: Found): void => { next.staleAtMs = monotonicMs() + (ok ? KEEP_MS : KEEP_PROBLEM_MS) }
      next.found.then(keep, () => { next.staleAtMs = monotonicMs() })
    }
    return known.found
  }

  return {
    async problem () {
      const found = await configuration()
      return found.ok ? undefined : found.error
    },
    async start (language) {
      const found = await configuration()
      if (!found.ok) return found
      const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()]
      const url = client.buildAuthorizationUrl(found.value, {
        redirect_uri: settings.redirectUri,
        scope: 'openid',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ui_locales: language
      })
      return ok({ url, state, nonce, verifier })
    },
    async finish (answer, { state, nonce, verifier }) {
      const found = await configuration()
      if (!found.ok) return found
      try {
        const tokens = await client.authorizationCodeGrant(found.value, answer, {
          expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true
        })
        const claims = tokens.claims()
        if (claims === undefined || claims.iss !== settings.issuer) return err('refused')
        const { iss: issuer, sub: subject, preferred_username: name } = claims
        return ok({ issuer, subject, name: typeof name === 'string' ? name : subject, accessToken: tokens.access_token })
      } catch (problem) {
        return err(isUnreachable(problem) ? 'down' : 'refused')
      }
    },
    async grantsEndpoint () {
      const found = await configuration()
      const endpoint = found.ok ? found.value.serverMetadata()['practice_grants_endpoint'] : undefined
      // Never send a person's token to another origin than that of the server that issued it.
      return typeof endpoint === 'string' && new URL(endpoint).origin === new URL(settings.issuer).origin ? endpoint : undefined
    }
  }
}

async function discover ({ issuer, clientId, clientSecret }: OpenIdSettings): Promise<Found> {
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret)
  try {
    const found = await client.discovery(new URL(issuer), clientId, undefined, authentication, {
      timeout: TIMEOUT_SECONDS,
      execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : []
    })
    const { jwks_uri: keys, authorization_endpoint: authorization, token_endpoint: token } = found.serverMetadata()
    return keys === undefined || authorization === undefined || token === undefined ? err('no-openid') : ok(found)
  } catch (problem) {
    return err(isNotFound(problem) ? 'no-openid' : 'down')
  }
}

/** There is a server, and it has no such document. */
function isNotFound (problem: unknown): boolean {
  const { cause } = problem instanceof Error ? problem : { cause: undefined }
  return cause instanceof Response && cause.status >= 400 && cause.status < 500 && cause.status !== 429
}

function isUnreachable (problem: unknown): boolean {
  const { cause, name } = problem instanceof Error ? problem : { cause: undefined, name: '' }
  if (cause instanceof Response) return cause.status >= 500
  return [name, cause instanceof Error ? cause.name : ''].some(one => one === 'TypeError' || one === 'TimeoutError')
}
