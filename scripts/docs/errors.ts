// Codes of docs/errors.md and of the gateway, compared both ways: a code missing in the page, and a code in the page that does not
// exist. What the page says about a code is not checked.

import { readFileSync } from 'node:fs'
import { FAULT_MESSAGES } from '../../src/kernel/fault-codes.ts'
import { RPC } from '../../src/mcp/protocol.ts'

const PAGE = 'docs/errors.md'

export function checkErrorCodes (): string[] {
  const page = readFileSync(PAGE, 'utf8')
  const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(match => match[1] ?? ''))
  const known = new Set([...Object.keys(FAULT_MESSAGES), ...Object.values(RPC).map(String), ...challengeErrors()])
  const missing = [...known].filter(code => !named.has(code)).map(code => `${PAGE}: ${code} is missing`)
  const unknown = [...named].filter(code => /^(?:GW_[A-Z_]+|-32\d{3})$/.test(code) && !known.has(code))
    .map(code => `${PAGE}: ${code} does not exist`)
  return [...missing, ...unknown]
}

/** They are a type, of which nothing is left at run time: read from its declaration. */
function challengeErrors (): string[] {
  const declaration = /export type ChallengeError =([\s|'\w]+)\n\n/.exec(readFileSync('src/http/answers/challenge.ts', 'utf8'))?.[1] ?? ''
  const names = [...declaration.matchAll(/'(\w+)'/g)].map(match => match[1] ?? '')
  if (names.length === 0) throw new Error('src/http/answers/challenge.ts: no type ChallengeError')
  return names
}
