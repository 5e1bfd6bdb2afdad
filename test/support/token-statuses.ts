// Answers of an authorization server, as the verifier port reports them.

import { epochSeconds } from '../../src/kernel/units.ts'
import type { TokenClaims, TokenStatus } from '../../src/auth/token-claims.ts'
import { MANUAL_CLOCK_START_SECONDS } from './manual-clock.ts'

export const ISSUER = 'https://as.example'
export const RESOURCE = 'http://localhost:3443/mcp'

export function claims (changes: Partial<TokenClaims> = {}): TokenClaims {
  return {
    issuer: ISSUER,
    subject: '1004',
    clientId: 'client-1',
    audience: [RESOURCE],
    scopes: new Set(['mcp:tickets:read', 'mcp:tickets:write']),
    expiresAt: epochSeconds(MANUAL_CLOCK_START_SECONDS + 3600),
    notBefore: undefined,
    authenticatedAt: undefined,
    authenticationContext: undefined,
    confirmation: undefined,
    authorizationDetails: undefined,
    ...changes
  }
}

export const active = (changes: Partial<TokenClaims> = {}): TokenStatus => ({ kind: 'active', claims: claims(changes) })
export const inactive: TokenStatus = { kind: 'inactive' }
