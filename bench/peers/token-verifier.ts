// How do the peers find out what a token is worth? As their examples do: a global fetch to the introspection endpoint,
// the audience compared; with answers kept by token or not.

import { CLIENT_ID, CLIENT_SECRET, RESOURCE } from '../servers/identifiers.ts'

export interface VerifiedToken {
  readonly token: string
  readonly clientId: string
  readonly scopes: string[]
  readonly expiresAt: number
  readonly subject: string
  readonly issuer: string
  readonly audience: string[]
}

interface Introspection {
  readonly active: boolean
  readonly client_id: string
  readonly scope: string
  readonly exp: number
  readonly sub: string
  readonly iss: string
  readonly aud: string[]
}

export type VerifyToken = (token: string) => Promise<VerifiedToken>

const MAX_KEPT = 10_000

export function createVerifier (authorizationServer: string, { cached }: { readonly cached: boolean }): VerifyToken {
  const kept = new Map<string, VerifiedToken>()

  async function introspect (token: string): Promise<VerifiedToken> {
    const response = await fetch(`${authorizationServer}/introspect`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`
      },
      body: new URLSearchParams({ token })
    })
    const { active, client_id: clientId, scope, exp, sub, iss, aud } = await response.json() as Introspection
    if (!active || !aud.includes(RESOURCE)) throw new Error('inactive')
    return { token, clientId, scopes: scope.split(' '), expiresAt: exp, subject: sub, issuer: iss, audience: aud }
  }

  return async token => {
    const known = cached ? kept.get(token) : undefined
    if (known !== undefined && known.expiresAt * 1000 > Date.now()) return known
    const verified = await introspect(token)
    if (cached) {
      const [oldest] = kept.keys()
      if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest)
      kept.set(token, verified)
    }
    return verified
  }
}

/** For servers without an authentication of their own. */
export async function verifyHeader (authorization: string | undefined, verify: VerifyToken): Promise<VerifiedToken | undefined> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
  if (token === undefined) return undefined
  const verified = await verify(token)
  return verified.scopes.includes('mcp:tickets:read') ? verified : undefined
}

export const CHALLENGE = `Bearer error="invalid_token", resource_metadata="${new URL('/.well-known/oauth-protected-resource/mcp', RESOURCE).href}"`
