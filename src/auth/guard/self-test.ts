// Self-test of the credentials of this gateway: two requests about tokens that no server has issued, one with the credentials and one with
// made-up ones. A server that answers both alike hides a wrong secret (Authentik): docs/operations.md#self-test-of-the-credentials

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { UnexplainedRefusal } from '../introspection/negative-reply.ts'
import { PresentedToken } from '../presented-token.ts'
import type { TokenStatus } from '../token-claims.ts'

/**
 * `accepted`: made-up credentials are refused, or were not tried. `indistinct`: they get the answer of the real ones, which may be wrong
 * as well. `vouches-for-anything`: a token that no server has issued is called active. `unavailable`: the server could not be asked.
 */
export const SELF_TEST_OUTCOMES = ['accepted', 'indistinct', 'rejected', 'vouches-for-anything', 'unavailable'] as const

export type SelfTestOutcome = (typeof SELF_TEST_OUTCOMES)[number]

export interface SelfTestFinding {
  readonly outcome: SelfTestOutcome
  /** Why, unless the credentials are accepted or indistinct. */
  readonly failure?: AuthorizationServerUnavailable
}

export interface SelfTest {
  /** Tests; never rejects. Before the first call nothing is tested, and nothing is found. */
  readonly run: () => Promise<void>
  /** An answer about a token has come: the server takes the credentials. */
  readonly answered: () => void
  /** A token that was active before is refused: the server may no longer take the credentials. Tested again, if they were tested before. */
  readonly suspectCredentials: () => void
  /** The gateway has other credentials: what was found is forgotten, and they are tested if the former ones were. */
  readonly forgetCredentials: () => void
  readonly isIndistinct: () => boolean
  /**
   * Resolves unless the last test says that answers are of no use. A failed test is repeated then, at most every five seconds.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly assertPassed: () => Promise<void>
}

type Ask = (token: PresentedToken) => Promise<TokenStatus>

export interface SelfTestSettings {
  readonly clock: Clock
  readonly ask: Ask
  /** Asks with made-up credentials, once for each credentials of the gateway; absent: never. */
  readonly askWithMadeUpCredentials?: Ask | undefined
  /** Whether a failure means that the server does not answer. */
  readonly isOutage: (reply: unknown) => boolean
  /** Called when something else is found than before. Must not throw. */
  readonly onFinding: (finding: SelfTestFinding) => void
}

const AGAIN_AFTER_MS = 5000

type Reply = TokenStatus['kind'] | AuthorizationServerUnavailable | 'defect'

export function createSelfTest ({ clock, ask, askWithMadeUpCredentials, isOutage, onFinding }: SelfTestSettings): SelfTest {
  let finding: SelfTestFinding | undefined
  let running: Promise<void> | undefined
  let startedAtMs = -Infinity
  /** The answer with made-up credentials is kept: a server may lock a client out after some wrong secrets. */
  let toMadeUp: Reply | undefined
  /** An answer about a token came with the present credentials. */
  let proven = false
  /** Counts the credentials that the gateway has had. */
  let generation = 0

  async function test (tested: number): Promise<void> {
    const reply = await replyOf(ask)
    if (tested !== generation) return
    if (askWithMadeUpCredentials !== undefined && toMadeUp === undefined && needsComparison(reply)) {
      const answer = await replyOf(askWithMadeUpCredentials)
      if (tested !== generation) return
      if (saysSomething(answer)) toMadeUp = answer
    }
    running = undefined
    find(conclude(reply, toMadeUp, proven))
  }

  function find (found: SelfTestFinding): void {
    const { outcome, failure } = found
    const isNews = finding?.outcome !== outcome || finding.failure?.reason !== failure?.reason
    finding = found
    if (isNews) onFinding(found)
  }

  function run (): Promise<void> {
    startedAtMs = clock.monotonicMs()
    running ??= test(generation)
    return running
  }

  function failureNow (): AuthorizationServerUnavailable | undefined {
    if (finding?.outcome === 'unavailable' && !isOutage(finding.failure)) return undefined
    return finding?.failure
  }

  return {
    run,
    answered () {
      if (proven) return
      proven = true
      if (finding?.failure !== undefined) run().catch(() => {})
    },
    suspectCredentials () {
      proven = false
      if (finding !== undefined && clock.monotonicMs() - startedAtMs >= AGAIN_AFTER_MS) run().catch(() => {})
    },
    forgetCredentials () {
      generation += 1
      const wasTested = finding !== undefined || running !== undefined
      finding = running = toMadeUp = undefined
      proven = false
      if (wasTested) run().catch(() => {})
    },
    isIndistinct: () => finding?.outcome === 'indistinct',
    async assertPassed () {
      if (failureNow() !== undefined && clock.monotonicMs() - startedAtMs >= AGAIN_AFTER_MS) await run()
      const failure = failureNow()
      if (failure !== undefined) throw failure
    }
  }
}

async function replyOf (ask: Ask): Promise<Reply> {
  try {
    const { kind } = await ask(new PresentedToken(`probe-${randomBytes(24).toString('base64url')}`))
    return kind
  } catch (failure) {
    return failure instanceof AuthorizationServerUnavailable ? failure : 'defect'
  }
}

/** Refusals that state their reason need no comparison, and neither does a server that does not answer. */
function needsComparison (reply: Reply): boolean {
  return reply === 'inactive' || isUnexplained(reply)
}

/** Whether the server has judged the made-up credentials, or taken no notice of them. */
function saysSomething (reply: Reply): boolean {
  if (!(reply instanceof AuthorizationServerUnavailable)) return reply !== 'defect'
  return reply.reason === 'credentials-rejected' || isUnexplained(reply)
}

function isUnexplained (reply: Reply | undefined): reply is UnexplainedRefusal {
  return reply instanceof UnexplainedRefusal && (reply.status === 401 || reply.status === 403)
}

/** What of a refusal tells it from another one. */
function refusalOf (refusal: AuthorizationServerUnavailable): string {
  return refusal instanceof UnexplainedRefusal ? `${refusal.status} ${refusal.reason}` : 'stated'
}

function conclude (reply: Reply, toMadeUp: Reply | undefined, proven: boolean): SelfTestFinding {
  if (reply === 'defect') {
    return { outcome: 'unavailable', failure: new AuthorizationServerUnavailable('unparseable', 'the self-test failed') }
  }
  if (reply === 'inactive') return { outcome: toMadeUp === 'inactive' ? 'indistinct' : 'accepted' }
  if (isUnexplained(reply)) {
    const isToldApart = toMadeUp instanceof AuthorizationServerUnavailable && refusalOf(toMadeUp) !== refusalOf(reply)
    return proven || isToldApart ? { outcome: 'accepted' } : { outcome: 'rejected', failure: reply }
  }
  if (!(reply instanceof AuthorizationServerUnavailable) || reply.reason === 'unusable-reply') {
    const detail = 'the server calls a token active that was made up'
    const circumstance = 'vouches-for-anything'
    return { outcome: circumstance, failure: new AuthorizationServerUnavailable('doubtful-answer', detail, undefined, { circumstance }) }
  }
  if (reply.reason !== 'credentials-rejected') return { outcome: 'unavailable', failure: reply }
  return proven ? { outcome: 'accepted' } : { outcome: 'rejected', failure: reply }
}
