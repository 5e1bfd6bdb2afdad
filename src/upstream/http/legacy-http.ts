// A legacy upstream over HTTP: `initialize`, and a session where the server gives one. A session that the server has forgotten is reported
// as lost, and the pool opens another (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management).

import { isJsonObject } from '../../kernel/json.ts'
import { err, ok } from '../../kernel/result.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Connection, Connector, Opened, ServerDescription } from '../upstream-connection.ts'
import { progressOf } from '../progress.ts'
import type { Answer, Question } from '../question.ts'
import { cancelledText, INITIALIZED, initializeParams } from '../request-text.ts'
import { errorCodeOf, type IncomingMessage } from '../rpc-message.ts'
import { isLegacy } from '../revision.ts'
import type { UpstreamCredential, UpstreamPerson } from '../upstream-port.ts'
import { withCredential } from './bearer-header.ts'
import type { HttpEndpoint } from './http-endpoint.ts'
import { answerOfReply } from './answer-of-reply.ts'
import type { HttpReply } from './http-reply.ts'

/** An answer to `initialize` is small. */
const MAX_INITIALIZE_BYTES = 1024 * 1024
/** A modern server does not know `initialize`, or not this revision. */
const OTHER_ERA = new Set([-32601, -32022])

export interface LegacyHttpOptions {
  readonly endpoint: HttpEndpoint
  readonly revision: string
  /** `true`: another legacy revision in the answer is accepted, because none is in the lock yet. */
  readonly anyRevision: boolean
  readonly openTimeoutMs: number
  readonly clock: Clock
}

export function createLegacyHttp ({ endpoint, revision, anyRevision, openTimeoutMs, clock }: LegacyHttpOptions): Connector {
  /** The server gave no session: one connection serves all. */
  let common: Connection | undefined

  async function open (caller: UpstreamPerson | undefined): Promise<Opened> {
    const credential = caller?.credential
    const endsAtMs = clock.monotonicMs() + openTimeoutMs
    const initialize: Question = {
      method: 'initialize', params: initializeParams(revision), endsAtMs, cancellable: false, maxBytes: MAX_INITIALIZE_BYTES, credential
    }
    const reply = await endpoint.question(endpoint.nextId(), initialize, revision, [])
    const answer = answerOfReply(reply, false)
    if (answer.kind !== 'response') return err(notExecuted(answer))
    if (OTHER_ERA.has(errorCodeOf(answer.body) ?? 0)) return err({ kind: 'changed', executed: 'no' })
    const { result } = answer.body
    const agreed = isJsonObject(result) ? result['protocolVersion'] : undefined
    if (!isJsonObject(result) || typeof agreed !== 'string') return err({ kind: 'not-executed', reason: 'start-failed' })
    if (agreed !== revision && !(anyRevision && isLegacy(agreed))) return err({ kind: 'changed', executed: 'no' })
    const sessionId = reply.kind === 'response' ? reply.sessionId : undefined
    const headers = ['mcp-protocol-version', agreed, ...(sessionId === undefined ? [] : ['mcp-session-id', sessionId])]
    const accepted = await endpoint.post(INITIALIZED, withCredential(headers, credential), endsAtMs - clock.monotonicMs())
    if (accepted.kind === 'failed' || (accepted.kind === 'status' && accepted.status >= 400)) {
      if (sessionId !== undefined) endpoint.deleteSession(withCredential(headers, credential))
      return err(refusesCredentials(accepted) ?? { kind: 'not-executed', reason: 'start-failed' })
    }
    const connection = legacyConnection({ revision: agreed, result }, headers, sessionId !== undefined, credential)
    if (sessionId === undefined) common = connection
    return ok(connection)
  }

  function legacyConnection (
    description: ServerDescription, headers: readonly string[], hasSession: boolean, opener: UpstreamCredential | undefined
  ): Connection {
    /** For the end of the session, which no call asks for. */
    let lastCredential = opener
    /** Who waits for progress, by the id of the question. Progress in the stream of another session is not passed on. */
    const waiting = new Map<number, NonNullable<Question['onProgress']>>()
    const stream = hasSession ? endpoint.listen(() => withCredential(headers, lastCredential), relayProgress) : undefined

    function relayProgress (message: IncomingMessage): boolean {
      if (message.kind !== 'notification' || message.method !== 'notifications/progress') return message.kind === 'notification'
      const progress = progressOf(message.params)
      const { progressToken } = message.params
      const onProgress = typeof progressToken === 'number' ? waiting.get(progressToken) : undefined
      if (progress !== undefined) onProgress?.(progress)
      return progress !== undefined && onProgress !== undefined
    }

    const connection: Connection = {
      description,
      async ask (question) {
        const id = endpoint.nextId()
        lastCredential = question.credential ?? lastCredential
        if (stream !== undefined && question.onProgress !== undefined) waiting.set(id, question.onProgress)
        const reply = await endpoint.question(id, question, description.revision, headers)
        waiting.delete(id)
        const answer = answerOfReply(reply, true)
        if (answer.kind === 'lost') stream?.end()
        if (answer.kind === 'lost' && common === connection) common = undefined
        const abandoned = answer.kind === 'unknown' && (answer.reason === 'timeout' || answer.reason === 'cancelled')
        if (abandoned && question.cancellable) endpoint.aside(cancelledText(id), withCredential(headers, question.credential))
        return answer
      },
      end () {
        stream?.end()
        if (hasSession) endpoint.deleteSession(withCredential(headers, lastCredential))
        return Promise.resolve()
      }
    }
    return connection
  }

  return { common: () => common, open, close: () => endpoint.close() }
}

/** A server that checks credentials after `initialize` alone. */
function refusesCredentials (reply: HttpReply) {
  const answer = answerOfReply(reply, false)
  return answer.kind === 'not-executed' && answer.reason === 'credentials-rejected' ? answer : undefined
}

/** Whether `initialize` was executed does not matter: the call was not sent. */
function notExecuted (answer: Exclude<Answer, { readonly kind: 'response' }>) {
  switch (answer.kind) {
    case 'not-executed': return answer
    case 'changed': return answer
    case 'lost':
    case 'answered':
    case 'too-large':
      return { kind: 'not-executed', reason: 'start-failed' } as const
    case 'unknown':
      return { kind: 'not-executed', reason: answer.reason === 'timeout' ? 'timeout' : 'start-failed' } as const
  }
}
