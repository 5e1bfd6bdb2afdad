// Reads for whom a token acts: the person in its subject or, where there is none and configuration says so, its client. A client is
// never mistaken for a person: RFC 9068 section 5 shows the attack of a client that registers with the id of a person.

import { clientAsPerson, type Person } from '../../kernel/person.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'
import type { TokenRules } from './token-rules.ts'

/** C0, DEL and C1 control characters, and unpaired surrogates, which UTF-8 cannot express. */
const CONTROL = /[\p{Cc}\p{Cs}]/u

/**
 * A subject equal to the client id stands for the client (RFC 9068 section 2.2: the client credentials grant), whatever
 * `subjectless` says. An empty subject is never replaced, and neither is a `sub` that is not read: it names a person.
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-5
 */
export function readPerson (
  claims: TokenClaims, { issuer, subjectless }: Pick<TokenRules, 'issuer' | 'subjectless'>
): Result<Person, InvalidTokenProblem> {
  const { subject, clientId } = claims
  if (clientId !== undefined && (subject === clientId || (subjectless === 'client' && isWithoutPerson(claims)))) {
    return ok(clientAsPerson(issuer, clientId))
  }
  const read = readSubject(claims)
  return read.ok ? ok({ issuer, subject: read.value }) : read
}

function isWithoutPerson ({ subject, unreadSubject, clientId }: TokenClaims): boolean {
  return subject === undefined && (unreadSubject === undefined || unreadSubject === clientId)
}

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2 */
export function readSubject ({ subject, claimNames }: TokenClaims): Result<string, InvalidTokenProblem> {
  if (subject === undefined || subject === '') {
    return err({ kind: 'no-subject', ...(claimNames === undefined ? {} : { claims: claimNames }) })
  }
  // Storage and terminals cut or reinterpret such text, and then two subjects look equal.
  if (hasControlCharacter(subject)) return err({ kind: 'unusable-claim', claim: 'sub' })
  return ok(subject)
}

export function hasControlCharacter (text: string): boolean {
  return CONTROL.test(text)
}
