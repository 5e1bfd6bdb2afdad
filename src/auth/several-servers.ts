// Which authorization server does a token come from, where there are several? A signed JWT says so, and is believed as far as that
// server's keys confirm it; about a reference token the servers are asked in their order, each with its own cache, issuer and
// checks. A token is shown to no other server than these.

import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import { err } from '../kernel/result.ts'
import type { Authentication, Authenticator } from './authentication.ts'
import type { CachingAuthenticator } from './authenticator.ts'
import { readCompactJws } from './compact-jws.ts'
import type { PresentedToken } from './presented-token.ts'
import type { Rejection } from './rejection.ts'

export interface ServerWithAuthenticator {
  readonly issuer: string
  readonly authenticator: CachingAuthenticator
  /** It can be asked about a token that does not say where it comes from. */
  readonly knowsReferenceTokens: boolean
}

const FROM_NOBODY_KNOWN: Authentication = err({ kind: 'invalid-token', problem: { kind: 'wrong-issuer' } })

/** @see https://www.rfc-editor.org/rfc/rfc9728#section-2 (`authorization_servers`) */
export function createSeveralServersAuthenticator (servers: readonly ServerWithAuthenticator[]): Authenticator {
  const forReferenceTokens = servers.filter(({ knowsReferenceTokens }) => knowsReferenceTokens)

  function candidatesFor (token: PresentedToken): readonly ServerWithAuthenticator[] {
    const issuer = readCompactJws(token.reveal())?.payload?.['iss']
    const issuedBy = typeof issuer === 'string' ? servers.filter(server => server.issuer === issuer) : []
    return issuedBy.length > 0 ? issuedBy : forReferenceTokens
  }

  return {
    authenticate (token, possession) {
      const candidates = candidatesFor(token)
      const holder = candidates.find(({ authenticator }) => authenticator.holds(token)) ?? (candidates.length === 1 ? candidates[0] : undefined)
      return holder === undefined
        ? askInTurn(candidates, ({ authenticator }) => authenticator.authenticate(token, possession))
        : holder.authenticator.authenticate(token, possession)
    },
    authenticateLive (token, possession) {
      const candidates = candidatesFor(token)
      const holder = candidates.find(({ authenticator }) => authenticator.holds(token))
      return askInTurn(holder === undefined ? candidates : [holder], ({ authenticator }) => authenticator.authenticateLive(token, possession))
    },
    close: async () => { await Promise.all(servers.map(({ authenticator }) => authenticator.close())) }
  }
}

/** "I do not know it" sends on to the next; every other answer counts. Who could not be asked might have known it. */
async function askInTurn (candidates: readonly ServerWithAuthenticator[], ask: (server: ServerWithAuthenticator) => Authentication | Promise<Authentication>): Promise<Authentication> {
  let outage: AuthorizationServerUnavailable | undefined
  let answer = FROM_NOBODY_KNOWN
  for (const server of candidates) {
    try {
      answer = await ask(server)
      if (answer.ok || !isUnknownThere(answer.error)) return answer
    } catch (failure) {
      if (!(failure instanceof AuthorizationServerUnavailable)) throw failure
      outage ??= failure
    }
  }
  if (outage !== undefined) throw outage
  return answer
}

function isUnknownThere (rejection: Rejection): boolean {
  if (rejection.kind !== 'invalid-token') return false
  const { kind } = rejection.problem
  // A server may know the tokens of another: what it says of them is not its to say.
  return kind === 'inactive' || kind === 'unverifiable' || kind === 'wrong-issuer'
}
