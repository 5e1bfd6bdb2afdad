// Opens connections to an upstream over stdio: starts a process with an empty home directory, and begins with `initialize` where the
// revision is a legacy one. Each process belongs to one key.

import { isJsonObject } from '../../kernel/json.ts'
import { err, ok } from '../../kernel/result.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Connection, ConnectionEvents, Connector, Opened, ServerDescription } from '../upstream-connection.ts'
import { personMark } from '../person-mark.ts'
import { INITIALIZED, initializeParams } from '../request-text.ts'
import { isLegacy, isModern } from '../revision.ts'
import { errorCodeOf } from '../rpc-message.ts'
import type { StdioTransport, UpstreamDependencies, UpstreamPerson } from '../upstream-port.ts'
import { errorLines } from './error-lines.ts'
import { makeHome, processEnvironment, removeHome } from './process-environment.ts'
import type { ProcessStart } from './process-group.ts'
import { StdioConversation } from './stdio-conversation.ts'

export interface StdioOptions {
  readonly transport: StdioTransport
  readonly revision: string
  /** `true`: another legacy revision in the answer is accepted, because none is in the lock yet. */
  readonly anyRevision: boolean
  readonly maxLineBytes: number
  readonly clock: Clock
  readonly events: ConnectionEvents
  readonly environment: NonNullable<UpstreamDependencies['environment']>
}

interface OpenConnection extends Connection {
  description: ServerDescription | undefined
}

/** A modern server does not know `initialize`, or not this revision. */
const OTHER_ERA = new Set([-32601, -32022])

export function createStdioConnector (options: StdioOptions): Connector {
  const { transport, revision, anyRevision, maxLineBytes, clock, events, environment } = options
  /** With their home directories. */
  const running = new Map<StdioConversation, string>()
  const ending = new Set<Promise<void>>()
  let last: StdioConversation | undefined

  async function open (caller: UpstreamPerson | undefined): Promise<Opened> {
    const endsAtMs = clock.monotonicMs() + transport.startTimeoutMs
    const home = await makeHome(transport.user)
    try {
      return await openAt(home, caller, endsAtMs)
    } catch (failure) {
      await removeHome(home)
      throw failure
    }
  }

  async function openAt (home: string, caller: UpstreamPerson | undefined, endsAtMs: number): Promise<Opened> {
    const conversation = last = new StdioConversation(startOf(transport, home, environment, caller), {
      maxLineBytes,
      clock,
      onStray: events.onStray,
      onToolsChanged: events.onToolsChanged,
      onNoMessage: events.onNoMessage,
      onErrorLine: transport.stderr === 'log' ? errorLines(transport, events.onStandardError) : undefined,
      onGone: why => {
        finish(conversation, home).catch(() => {})
        events.onEnded(connection, why)
      }
    })
    const connection: OpenConnection = {
      description: undefined,
      ask: question => conversation.ask(question, revision),
      end: () => finish(conversation, home)
    }
    running.set(conversation, home)
    if (!await conversation.started) {
      await finish(conversation, home)
      return err({ kind: 'not-executed', reason: 'start-failed' })
    }
    if (isModern(revision)) return ok(connection)
    const opened = await initialize(conversation, connection, endsAtMs)
    if (!opened.ok) await finish(conversation, home)
    return opened
  }

  async function initialize (conversation: StdioConversation, connection: OpenConnection, endsAtMs: number): Promise<Opened> {
    const answer = await conversation.ask({
      method: 'initialize', params: initializeParams(revision), endsAtMs, cancellable: false, maxBytes: maxLineBytes
    }, revision)
    if (answer.kind !== 'response') return err({ kind: 'not-executed', reason: 'start-failed' })
    if (OTHER_ERA.has(errorCodeOf(answer.body) ?? 0)) return err({ kind: 'changed', executed: 'no' })
    const { result } = answer.body
    const agreed = isJsonObject(result) ? result['protocolVersion'] : undefined
    if (!isJsonObject(result) || typeof agreed !== 'string') return err({ kind: 'not-executed', reason: 'start-failed' })
    if (agreed !== revision && !(anyRevision && isLegacy(agreed))) return err({ kind: 'changed', executed: 'no' })
    conversation.tell(INITIALIZED)
    connection.description = { revision: agreed, result }
    return ok(connection)
  }

  function finish (conversation: StdioConversation, home: string): Promise<void> {
    if (!running.delete(conversation)) return conversation.ended
    const ended = conversation.end().then(() => removeHome(home)).finally(() => { ending.delete(ended) })
    ending.add(ended)
    return ended
  }

  return {
    common: () => undefined,
    open,
    standardError: () => last?.standardError,
    async close () {
      for (const [conversation, home] of running) finish(conversation, home).catch(() => {})
      await Promise.all(ending)
    }
  }
}

function startOf (
  { command, args, cwd, env, user, wrapper }: StdioTransport, home: string,
  environment: NonNullable<UpstreamDependencies['environment']>, caller: UpstreamPerson | undefined
): ProcessStart {
  const mark = personMark(caller)
  const filled = (text: string): string => text.replaceAll('{person}', mark)
  const [program = command, ...rest] = [...wrapper, command, ...args.map(filled)]
  return {
    command: program,
    args: rest,
    cwd: cwd === undefined ? home : filled(cwd),
    env: processEnvironment(env, home, environment),
    user
  }
}
