// What does the memory of tokens keep when an hour's worth of them comes and goes? The authenticator with its cache, on a clock
// that runs as fast as the loop; every reply is read again. Arguments: grants that the cache holds, tokens. Prints JSON.
// Run with --expose-gc.

import { createAuthenticator } from '../../src/auth/authenticator.ts'
import { parseIntrospectionReply } from '../../src/auth/introspection/introspection-reply.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { ISSUER, RESOURCE } from './identifiers.ts'
import { claimsOfPerson, claimsUntil } from './token-claims.ts'

const [grants = 0, tokens = 0] = process.argv.slice(2).map(Number)
const HOUR_MS = 3_600_000
const TTL_SECONDS = 60
const START_MS = 1_800_000_000_000

let elapsedMs = 0
const claims = claimsUntil(START_MS / 1000 + 2 * HOUR_MS)
let asked = 0

function reply (): unknown {
  asked += 1
  return JSON.parse(JSON.stringify(claimsOfPerson(claims, asked, asked)))
}

const authenticator = createAuthenticator({
  verifier: { verify: () => Promise.resolve(parseIntrospectionReply(reply())) },
  issuer: ISSUER,
  resource: RESOURCE,
  cache: { ttlSeconds: TTL_SECONDS, negativeTtlSeconds: 10, maxEntries: grants, maxNegativeEntries: grants },
  clock: { now: () => epochMilliseconds(START_MS + elapsedMs), monotonicMs: () => elapsedMs }
})

/** @param from numbers of the tokens, the second not included */
async function present (from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) {
    const { ok } = await authenticator.authenticate(new PresentedToken(`churn-${number}-`.padEnd(43, '0')))
    if (!ok) throw new Error('a token was refused')
    elapsedMs += HOUR_MS / tokens
  }
}

function heapBytes (): number {
  const { gc } = globalThis as { gc?: () => void }
  if (gc === undefined) throw new Error('run with --expose-gc')
  gc()
  gc()
  return process.memoryUsage().heapUsed
}

await present(0, 100)
const empty = heapBytes()
await present(100, 100 + grants)
const full = heapBytes()
// Code that runs often is compiled again, and takes memory once.
await present(100 + grants, 100 + 3 * grants)
const before = heapBytes()
await present(100 + 3 * grants, 100 + 3 * grants + tokens)
const after = heapBytes()
console.log(JSON.stringify({ fullBytes: full - empty, churnBytes: after - before }))
