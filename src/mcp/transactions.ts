// The port of transactions: a signed challenge for one call, and tokens that are for that call alone. Experimental, after
// https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00 (docs/transaction-challenge.md).

import type { VerifiedGrant } from '../auth/grant.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Authorize, Caller } from './call-authorization.ts'
import type { MirroredHeaders } from './mirrored-headers.ts'
import type { RegisteredTool } from './registered-tool.ts'
import type { ReplyChannel } from './reply-channel.ts'
import type { RunResult } from './tool-runner.ts'

/** A call that needs more authorization than its token has. */
export interface ChallengedCall {
  readonly tool: string
  /** For people, signed. */
  readonly title: string
  /** As the client sent them. */
  readonly args: unknown
  readonly grant: VerifiedGrant
  /** The smallest details that would allow this very call. */
  readonly remedy: readonly JsonObject[]
  readonly scopes: readonly string[]
}

export interface Transactions {
  /** Refuses a token that is for another call. Around the policy. */
  readonly checked: (authorize: Authorize) => Authorize
  /** Refuses a token that was used before. Around everything else that may refuse. */
  readonly usedOnce: (authorize: Authorize) => Authorize
  /** @returns a compact JWS, or `undefined` where it would be too long for a header */
  readonly challengeFor: (call: ChallengedCall) => string | undefined
}

interface RefusedCall {
  readonly tool: RegisteredTool
  readonly args: unknown
}

interface RefusedCaller extends Pick<Caller, 'record' | 'grant'> {
  readonly headers: MirroredHeaders
  /** Once a stream is open, no challenge can be sent. */
  readonly channel: Pick<ReplyChannel, 'opened'>
}

/** The result with a challenge where the client accepts one: a refusal of the policy and one that a storage found alike. */
export function withChallenge (
  result: RunResult, { tool, args }: RefusedCall, { headers, channel, record, grant }: RefusedCaller, { challengeFor }: Transactions
): RunResult {
  if (result.kind !== 'denial' && result.kind !== 'denied') return result
  const { denial } = result
  if (denial.kind !== 'insufficient-authorization' || channel.opened) return result
  if (!acceptsChallenge(headers.parameter(ACCEPT_CHALLENGE_HEADER))) return result
  const { remedy, scopes } = denial
  const { title } = tool.description
  const transactionChallenge = challengeFor({ tool: tool.name, title, args, grant: record.grant ?? grant, remedy, scopes })
  return transactionChallenge === undefined ? result : { ...result, denial: { ...denial, transactionChallenge } }
}

const ACCEPT_CHALLENGE_HEADER = 'accept-txn-challenge'

/** A Boolean item of Structured Fields, true, with parameters or without; a list, another type or a false is no signal (section 4.1). */
const TRUE_ITEM = /^ *\?1(?: *; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[ !#-[\]-~]|\\["\\])*"|[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*|-?\d[\d.]*|:[A-Za-z0-9+/=]*:|\?[01]))?)* *$/
const MAX_HEADER_CHARACTERS = 256

/** @see https://www.rfc-editor.org/rfc/rfc9651#section-3.3.6 */
function acceptsChallenge (header: string | undefined): boolean {
  return header !== undefined && header.length <= MAX_HEADER_CHARACTERS && TRUE_ITEM.test(header)
}
