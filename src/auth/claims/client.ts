// Checks the client to which a token was issued. Without a list of clients every client of the authorization server is accepted.

import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/**
 * @param accepted client ids, compared byte for byte; absent: all
 * @returns `undefined` when the client is accepted; a token that names no client is not, where there is a list
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2 (`client_id`)
 */
export function checkClient ({ clientId }: TokenClaims, accepted: ReadonlySet<string> | undefined): InvalidTokenProblem | undefined {
  if (accepted === undefined || (clientId !== undefined && accepted.has(clientId))) return undefined
  return { kind: 'client-not-accepted' }
}
