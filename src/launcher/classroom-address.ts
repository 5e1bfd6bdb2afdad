// The one network address at which a whole class reaches the stack, and the secret of its teacher. Nothing is encrypted there, so nothing
// but practice data may be behind it; the launcher says so before it starts and when it is ready.

import { randomInt } from 'node:crypto'
import type { Environment } from '../config/environment.ts'
import type { Locale } from '../kernel/locale.ts'
import { addressesHere, isPrivateAddress, problemOfClassAddress } from '../kernel/private-address.ts'
import { err, ok, type Result } from '../kernel/result.ts'

export interface ClassroomAddress {
  readonly address: string
  /** The password of the lab and of what the teacher alone may do. */
  readonly teacherSecret: string
}

const MIN_SECRET_LENGTH = 12
/** Without letters and digits that look alike on a projector or in handwriting. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** An error is a list of lines. */
export function readClassroomAddress (address: string, env: Environment): Result<ClassroomAddress, readonly string[]> {
  const problem = problemOfClassAddress(address)
  if (problem !== undefined) return err([`--address: ${problem}`])
  const teacherSecret = env['PRACTICE_AS_TEACHER_SECRET'] ?? madeUpSecret()
  if (teacherSecret.length < MIN_SECRET_LENGTH) return err([`PRACTICE_AS_TEACHER_SECRET: expected ${MIN_SECRET_LENGTH} characters or more`])
  return ok({ address, teacherSecret })
}

export function listClassroomAddresses (): readonly string[] {
  const candidates = addressesHere().filter(isPrivateAddress)
  return candidates.length === 0 ? ['this machine has no private network address'] : candidates
}

export function classroomWarning ({ address }: ClassroomAddress, language: Locale): string[] {
  const text = language === 'ja'
    ? `${address} のネットワークの「全員」が「暗号化なし」で接続できます。練習用のデータだけを使ってください。Ctrl-C で終了します。`
    : `Reachable by EVERYBODY on the network of ${address}, WITHOUT ENCRYPTION. Practice data only. Ends with Ctrl-C.`
  const line = '*'.repeat(widthOf(text) + 4)
  return [line, `* ${text} *`, line]
}

/** In columns of a terminal, where Japanese characters take two. */
export function widthOf (text: string): number {
  return [...text].reduce((columns, character) => columns + (character > '\u2fff' ? 2 : 1), 0)
}

function madeUpSecret (): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return `${group()}-${group()}-${group()}-${group()}`
}
