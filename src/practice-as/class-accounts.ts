// The accounts of a class: user01 to user40, each with its login as password and as `sub`, so that no table has to be handed out.

import { ACCOUNTS, type Account } from './accounts.ts'

export const MAX_PEOPLE = 200

/** @param people accounts beside the two of every practice server, 0 to MAX_PEOPLE */
export function accountsFor (people: number): readonly Account[] {
  return [...ACCOUNTS, ...Array.from({ length: people }, (_, index) => {
    const loginId = `user${String(index + 1).padStart(2, '0')}`
    return { loginId, password: loginId, subject: loginId }
  })]
}
