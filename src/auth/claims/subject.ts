// Reads the subject of a token. It is an opaque, non-empty string; the client id never takes its place when it is missing,
// because a client could then be mistaken for a person.

import { err, ok, type Result } from '../../kernel/result.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/** C0, DEL and C1 control characters, and unpaired surrogates, which UTF-8 cannot express. */
const CONTROL = /[\p{Cc}\p{Cs}]/u

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2 */
export function readSubject ({ subject }: TokenClaims): Result<string, InvalidTokenProblem> {
  if (subject === undefined || subject === '') return err({ kind: 'no-subject' })
  // Storage and terminals cut or reinterpret such text, and then two subjects look equal.
  if (hasControlCharacter(subject)) return err({ kind: 'unusable-claim', claim: 'sub' })
  return ok(subject)
}

export function hasControlCharacter (text: string): boolean {
  return CONTROL.test(text)
}
