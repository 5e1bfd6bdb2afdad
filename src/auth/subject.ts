// Whose token is this? A subject is an opaque, non-empty string; the client id never stands in for one that is missing.

import { err, ok, type Result } from '../kernel/result.ts'
import { hasControlCharacter } from './control-character.ts'
import type { InvalidTokenProblem } from './rejection.ts'
import type { TokenClaims } from './token-claims.ts'

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2 */
export function readSubject ({ subject }: TokenClaims): Result<string, InvalidTokenProblem> {
  if (subject === undefined || subject === '') return err({ kind: 'no-subject' })
  // Storage and terminals cut or reinterpret such text, and then two subjects look like one.
  if (hasControlCharacter(subject)) return err({ kind: 'unusable-claim', claim: 'sub' })
  return ok(subject)
}
