// One authenticator over several authorization servers. A JWT goes to the server that its `iss` names, whose keys must confirm
// it; a reference token is looked up at one server after the other, because nothing in it names the server.

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
  /** It introspects tokens, in whichever way. */
  readonly knowsReferenceTokens: boolean
}

const FROM_UNKNOWN_SERVER: Authentication = err({ kind: 'invalid-token', problem: { kind: 'wrong-issuer' } })

/** @see https://www.rfc-editor.org/rfc/rfc9728#section-2 (`authorization_servers`) */
export function createSeveralServersAuthenticator (servers: readonly ServerWithAuthenticator[]): Authenticator {
  const forReferenceTokens = servers.filter(({ knowsReferenceTokens }) => knowsReferenceTokens)

  function candidatesFor (token: PresentedToken): readonly ServerWithAuthenticator[] {
    const issuer = readCompactJws(token.reveal())?.payload?.['iss']
    const issuedBy = typeof issuer === 'string' ? servers.filter(server => server.issuer === issuer) : []
    return issuedBy.length > 0 ? issuedBy : forReferenceTokens
  }

  /** `holder`: the server whose positive answer is cached. */
  function holderOf (token: PresentedToken) {
    const candidates = candidatesFor(token)
    return { candidates, holder: candidates.find(({ authenticator }) => authenticator.has(token)) }
  }

  return {
    authenticate (token, possession) {
      const candidates = candidatesFor(token)
      const only = candidates.length === 1 ? candidates[0] : undefined
      const holder = candidates.find(({ authenticator }) => authenticator.has(token)) ?? only
      return holder === undefined
        ? askInOrder(candidates, ({ authenticator }) => authenticator.authenticate(token, possession))
        : holder.authenticator.authenticate(token, possession)
    },
    authenticateLive (token, possession) {
      const { candidates, holder } = holderOf(token)
      const asked = holder === undefined ? candidates : [holder]
      return askInOrder(asked, ({ authenticator }) => authenticator.authenticateLive(token, possession))
    },
    authenticateAgain (token, possession) {
      const { candidates, holder } = holderOf(token)
      return holder === undefined
        ? askInOrder(candidates, ({ authenticator }) => authenticator.authenticateAgain(token, possession))
        : holder.authenticator.authenticateAgain(token, possession)
    }
  }
}

/** The first answer other than "unknown here". Without one, an outage decides: that server might have known the token. */
async function askInOrder (
  candidates: readonly ServerWithAuthenticator[], ask: (server: ServerWithAuthenticator) => Authentication | Promise<Authentication>
): Promise<Authentication> {
  let outage: AuthorizationServerUnavailable | undefined
  let answer = FROM_UNKNOWN_SERVER
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
  // A server that knows the tokens of another one is not asked to judge them.
  return kind === 'inactive' || kind === 'unverifiable' || kind === 'wrong-issuer'
}
