// The part of the configuration schema about signed challenges for single calls: experimental, after a draft that names its own end.

import { choice, group, text, wholeNumber } from './members.ts'
import { isProofMemoryUrl } from './storage-url.ts'
import { isPrintable } from './text-syntax.ts'

export const transactionChallenge = group({
  draft: choice(['2026-06-25'])
    .describe('The date of the draft that is followed (draft-rosomakho-oauth-txn-challenge-00, which expires on 2026-12-27). Stated here ' +
      'because a later text may differ: the gateway then takes another date, and refuses this one at start.'),
  privateKeyFile: text('the name of a file', isPrintable)
    .describe('The private key that signs challenges, P-256 or Ed25519, PEM or JWK. Replicas need the same one. Its public key is ' +
      'published, and named as `txn_challenge_jwks_uri` in the metadata.'),
  lifetimeSeconds: wholeNumber({ from: 30, to: 3600, unit: 'seconds', byDefault: 300 })
    .describe('Seconds for which a challenge is valid, and for the whole transaction: consent, token and the call.'),
  memoryUrl: text('redis://user:password@host:port/number or postgres://user:password@host/database', isProofMemoryUrl).exactOptional()
    .describe('The Redis or PostgreSQL server in which gateways that answer for one another keep the used transactions, so that each is ' +
      'used once at all of them; needs the package `ioredis` or `pg`. Absent: each process has its own. Better set in the environment ' +
      'when it holds a password.')
}).describe('Experimental: a client that says `Accept-Txn-Challenge: ?1` gets a signed challenge for the very call that was refused, and ' +
  'a token for that call alone ([transaction challenges](transaction-challenge.md)). Absent: off.')
