// What does the authorization server of the measurements say of a token?

import { ISSUER, RESOURCE } from './identifiers.ts'

export const ENOUGH = { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY' }

/** @param exp seconds since the epoch */
export function claimsUntil (exp: number) {
  return {
    active: true,
    iss: ISSUER,
    sub: '1004',
    client_id: 'bench-client',
    scope: 'mcp:tickets:read mcp:tickets:write',
    aud: [RESOURCE],
    exp,
    authorization_details: [ENOUGH]
  }
}

/** Of one person among many, with a separate limit. */
export function claimsOfPerson (claims: ReturnType<typeof claimsUntil>, number: number, limit: number) {
  return { ...claims, sub: `person-${number}`, authorization_details: [{ ...ENOUGH, maxAmount: ENOUGH.maxAmount + limit }] }
}
