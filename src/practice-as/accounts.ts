// Who can log in? Two people whose passwords everyone knows. Nothing here is secret, so nothing is hashed, locked out
// or compared in constant time: an authorization server for practice must not be mistaken for one that protects.

export interface Account {
  readonly loginId: string
  readonly password: string
  /** The `sub` of their tokens. */
  readonly subject: string
}

export const ACCOUNTS: readonly Account[] = [
  { loginId: 'inga', password: 'inga', subject: '1004' },
  { loginId: 'taro', password: 'taro', subject: '1005' }
]

export function findAccountByLogin (loginId: string, password: string): Account | undefined {
  return ACCOUNTS.find(account => account.loginId === loginId && account.password === password)
}

export function isKnownSubject (subject: string): boolean {
  return ACCOUNTS.some(account => account.subject === subject)
}
