// A user of the system by name, as `/etc/passwd` has it (passwd(5)). Read once, when the configuration is loaded: that a process
// runs as another user than the operator meant shows nowhere.

import { err, ok, type Result } from '../../kernel/result.ts'
import { nearestName } from '../nearest-name.ts'

export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

const PASSWD = '/etc/passwd'

/** @returns the ids, or what was expected */
export function systemUser (name: string, readFile: (path: string) => string): Result<SystemUser, string> {
  let text: string
  try {
    text = readFile(PASSWD)
  } catch {
    return err(`expected { uid, gid }: ${PASSWD} cannot be read`)
  }
  const users = new Map(text.split('\n').map(line => {
    const [user = '', , uid, gid] = line.split(':')
    return [user, { uid: Number(uid), gid: Number(gid) }]
  }))
  const found = users.get(name)
  if (found === undefined) {
    const nearest = nearestName(name, [...users.keys()].filter(user => user !== ''))
    const advice = nearest === undefined ? 'use { uid, gid } for users from elsewhere' : `did you mean ${nearest}?`
    return err(`no such user in ${PASSWD}; ${advice}`)
  }
  const { uid, gid } = found
  if (uid === 0 || gid === 0) return err(`expected another user: ${name} has the rights of root`)
  return Number.isSafeInteger(uid) && Number.isSafeInteger(gid) ? ok(found) : err(`the line of ${name} in ${PASSWD} is not readable`)
}
