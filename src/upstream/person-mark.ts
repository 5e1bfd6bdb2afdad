// Keys of persons: which calls share a session or a process, and the 22 characters that stand for a person in a command line. No token
// is part of either, so a refreshed token finds the same session.

import { hash } from 'node:crypto'
import { personKey } from '../kernel/person.ts'
import type { UpstreamIsolation, UpstreamPerson } from './upstream-port.ts'

/** For what no person asked for: a review. */
const GATEWAY_KEY = 'gateway'
const MARK_CHARACTERS = 22

/** Two different sharers never have the same key: the length of each part stands before it. */
export function connectionKey (isolation: UpstreamIsolation, caller: UpstreamPerson | undefined): string {
  if (isolation === 'shared') return isolation
  if (caller === undefined) return GATEWAY_KEY
  const [issuer, subject] = personKey(caller.person)
  const person = `${issuer.length}:${issuer}${subject.length}:${subject}`
  return isolation === 'person' ? person : `${person}${caller.clientId}`
}

/**
 * What `{person}` becomes: base64url of SHA-256 over issuer and subject, its first 22 characters. Nothing of a token's text gets into a
 * command line or a path.
 */
export function personMark (caller: UpstreamPerson | undefined): string {
  return hash('sha256', connectionKey('person', caller), 'base64url').slice(0, MARK_CHARACTERS)
}
