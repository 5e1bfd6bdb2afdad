// Where does the practice server of a class listen? At one private address of this machine, and only where the teacher has said that
// everyone on that network reaches it: its passwords are known to all and nothing is encrypted.

import { problemOfClassAddress } from '../kernel/private-address.ts'
import { err, ok, type Result } from '../kernel/result.ts'

const CONSENT = 'everyone-on-this-network'
const MIN_SECRET_LENGTH = 12

interface Classroom {
  /** Undefined: localhost. */
  readonly address: string | undefined
  /** Undefined: no lab. */
  readonly lab: { readonly teacherSecret?: string } | undefined
}

/** @param here addresses of this machine */
export function readClassroom (
  env: Readonly<Record<string, string | undefined>>, here?: readonly string[]
): Result<Classroom, string> {
  const lab = env['PRACTICE_AS_LAB'] ?? ''
  if (!['', '0', '1'].includes(lab)) return err('PRACTICE_AS_LAB: expected 0 or 1')
  const address = env['PRACTICE_AS_ADDRESS'] ?? ''
  if (address === '') return ok({ address: undefined, lab: lab === '1' ? {} : undefined })
  const problem = problemOfClassAddress(address, here)
  if (problem !== undefined) return err(`PRACTICE_AS_ADDRESS: ${problem}`)
  if (env['PRACTICE_AS_CLASSROOM'] !== CONSENT) {
    const meant = `PRACTICE_AS_CLASSROOM=${CONSENT} says that this is meant`
    return err(`PRACTICE_AS_ADDRESS: everybody on that network would reach this server; ${meant}`)
  }
  if (lab !== '1') return ok({ address, lab: undefined })
  const teacherSecret = env['PRACTICE_AS_TEACHER_SECRET'] ?? ''
  if (teacherSecret.length < MIN_SECRET_LENGTH) {
    return err(`PRACTICE_AS_TEACHER_SECRET: expected ${MIN_SECRET_LENGTH} characters or more, because other machines reach the lab`)
  }
  return ok({ address, lab: { teacherSecret } })
}
