// One connection to another server as the pool keeps it: an HTTP session, a process, or HTTP without a session. And its connector, which
// opens them for one transport and one revision.

import type { JsonObject } from '../kernel/json.ts'
import type { Result } from '../kernel/result.ts'
import type { Answer, Question } from './question.ts'
import type { UpstreamPerson } from './upstream-port.ts'

export interface ServerDescription {
  readonly revision: string
  /** The result of `initialize` or of `server/discover`, unchecked. */
  readonly result: JsonObject
}

export interface Connection {
  /** Never rejects. */
  readonly ask: (question: Question) => Promise<Answer>
  /** What the server said about itself when the connection was opened; modern servers are asked for it. */
  readonly description: ServerDescription | undefined
  /** Resolves when nothing of the connection is left that counts against `maxConnections`. */
  readonly end: () => Promise<void>
}

/** Whatever is asked of the connection shows the credential of this caller. */
export function asCaller (connection: Connection, caller: UpstreamPerson | undefined): Connection {
  const credential = caller?.credential
  return credential === undefined ? connection : { ...connection, ask: question => connection.ask({ ...question, credential }) }
}

export type OpenProblem = Exclude<Answer, { readonly kind: 'response' | 'answered' | 'lost' }>
export type Opened = Result<Connection, OpenProblem>

export interface Connector {
  /** One connection for all keys, where the server has no sessions. */
  readonly common: () => Connection | undefined
  /** Never rejects. */
  readonly open: (caller: UpstreamPerson | undefined) => Promise<Opened>
  /** The last text of a process to its standard error. */
  readonly standardError?: () => string | undefined
  /** Ends what is being opened, and waits until everything that was ended is gone. */
  readonly close: () => Promise<void>
}

/** What connections report beside answers. */
export interface ConnectionEvents {
  readonly onStray: () => void
  readonly onToolsChanged: () => void
  /** The first line of a process that is no message. */
  readonly onNoMessage: () => void
  /** Absent: no one reads them. */
  readonly onStandardError?: ((line: string) => void) | undefined
  /** The connection ended without being asked to; it accepts no question any more. */
  readonly onEnded: (connection: Connection, why: 'crashed' | 'noisy') => void
}
