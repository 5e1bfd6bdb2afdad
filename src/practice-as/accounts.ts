// The two accounts of the practice server. Everyone knows their passwords, so passwords are not hashed, compared in constant
// time or locked after failures: this server is for practice and protects nothing.

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

export function findAccountByLogin (loginId: string, password: string, among = ACCOUNTS): Account | undefined {
  return among.find(account => account.loginId === loginId && account.password === password)
}

export function isKnownSubject (subject: string, among = ACCOUNTS): boolean {
  return among.some(account => account.subject === subject)
}

export function loginOf (subject: string): string | undefined {
  return ACCOUNTS.find(account => account.subject === subject)?.loginId
}
