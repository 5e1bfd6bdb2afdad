// The port to another MCP server: what the gateway may ask of it, and each way in which a call can end. Every outcome says whether the
// call may have been executed, because a call that may have been is never repeated here
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http).

import type { CancellationNotice } from '../kernel/cancellation.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Person } from '../kernel/person.ts'
import type { Result } from '../kernel/result.ts'
import type { RequestTemplate } from './rest/request-template.ts'

/** Streamable HTTP. */
export interface HttpTransport {
  readonly kind: 'http'
  /** Absolute. Whether http without TLS is allowed was decided by the configuration. */
  readonly url: string
  /** Sent with each request. Secrets are resolved. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether the stream of notifications of each legacy session is kept open. Default: `false`. */
  readonly listen?: boolean
  /** PEM texts. */
  readonly tls?: { readonly ca?: string, readonly cert?: string, readonly key?: string }
}

/** A process that reads and writes one JSON-RPC message a line. */
export interface StdioTransport {
  readonly kind: 'stdio'
  /** Absolute path of the program; no shell is used. */
  readonly command: string
  /** `{person}` in an argument becomes 22 characters that stand for issuer and subject. */
  readonly args: readonly string[]
  /** Absolute; may hold `{person}`. Default: the empty home directory of the process. */
  readonly cwd?: string
  /** Beside `PATH`, `LANG`, `TZ` and an empty `HOME`, which each process gets. Secrets are resolved. */
  readonly env: Readonly<Record<string, string>>
  /** The process runs as this user of the system. */
  readonly user?: { readonly uid: number, readonly gid: number }
  /** A program, absolute, with its arguments, that starts the command: `setpriv`, `prlimit`, `bwrap`. */
  readonly wrapper: readonly string[]
  /** `log`: each line of its standard error is passed on. Default: `drop`. */
  readonly stderr?: 'drop' | 'log'
  readonly startTimeoutMs: number
}

/** A REST API whose operations became tools when its OpenAPI document was reviewed. */
export interface RestTransport extends Omit<HttpTransport, 'kind' | 'listen'> {
  readonly kind: 'rest'
  /** By the names of the tools, from the lock. */
  readonly operations: Readonly<Record<string, RequestTemplate>>
}

export type UpstreamTransport = HttpTransport | StdioTransport | RestTransport

/** What shares one session or process: one client of a person, one person, or everything. */
export type UpstreamIsolation = 'client' | 'person' | 'shared'

export interface UpstreamLimits {
  /** For `list`, and for a call that says nothing else. */
  readonly timeoutMs: number
  /** A session or process that nothing has used for so long is ended. */
  readonly idleMs: number
  /** Sessions (HTTP) or processes (stdio) at a time. */
  readonly maxConnections: number
  /** Calls at a time, all together; one more is not executed. */
  readonly concurrent: number
  readonly maxResultBytes: number
}

export interface UpstreamSettings {
  readonly transport: UpstreamTransport
  readonly isolation: UpstreamIsolation
  readonly limits: UpstreamLimits
  /** The protocol revision of the lock. Absent: `list` finds it, and `call` answers `not-executed`. */
  readonly revision?: string
}

/** For whom a call is made. */
export interface UpstreamPerson {
  readonly person: Person
  /** Of the application that the person uses. */
  readonly clientId: string
  /** Shown to the server with this call, as a bearer token. No part of any key: another one of the same person finds the same session. */
  readonly credential?: UpstreamCredential | undefined
}

/** A token that was issued for the server. Never that of a client. */
export interface UpstreamCredential {
  /** `Bearer` and the token, ready for the header. */
  readonly bearer: () => string
}

export interface UpstreamProgress {
  readonly progress: number
  readonly total?: number
  /** Text of the upstream. */
  readonly message?: string
}

export interface UpstreamCall {
  /** The name at the upstream. */
  readonly tool: string
  readonly arguments: JsonObject
  readonly caller: UpstreamPerson
  /** `true`: the call is not cancelled when `signal` is aborted, so that its outcome becomes known. */
  readonly changes: boolean
  /** One deadline for everything: a start, a session, the answer. Default: that of the limits. */
  readonly timeoutMs?: number
  /** No more than that of the limits, which is the default. */
  readonly maxResultBytes?: number | undefined
  readonly signal?: CancellationNotice | undefined
  /** Called before the promise resolves, in the order in which the upstream sent them. Must not throw. */
  readonly onProgress?: ((progress: UpstreamProgress) => void) | undefined
  /** `Mcp-Param-*` with their values as text, encoded here. For a modern upstream over HTTP; others do not get them. */
  readonly mirroredHeaders?: Readonly<Record<string, string>> | undefined
  /** W3C Trace Context, sent in `_meta`. */
  readonly trace?: { readonly traceparent: string, readonly tracestate?: string } | undefined
}

/** Why a call was certainly not executed. */
export type NotExecutedReason =
  /** No connection, no process, or one that ended before it was asked. */
  | 'unreachable' | 'start-failed'
  /** `concurrent` calls are in flight, or no session or process may be added. */
  | 'busy'
  /** The breaker is open after failures. */
  | 'resting'
  /** The upstream said 429 or 503. */
  | 'overloaded'
  /** The upstream said 401 or 403 to our credentials. */
  | 'credentials-rejected'
  /** The session was lost again, right after another one was made. */
  | 'session-lost'
  /** 307 or 308. No redirect is ever followed. */
  | 'redirect'
  /** Another status of 400 to 499 without a JSON-RPC error. */
  | 'rejected'
  /** The caller went away, or the time was over, before the call was sent. */
  | 'cancelled' | 'timeout'
  /** The tool wants to ask its caller something, which is not relayed. */
  | 'input-required'
  /** An argument does not fit its place in the request of a REST API. */
  | 'unsendable'
  /** No `revision` is known. */
  | 'not-reviewed'
  | 'closed'

/** Why the call may have been executed although there is no usable answer. */
type UnknownReason =
  | 'timeout' | 'cancelled'
  /** The connection, the stream or the process ended before the answer. */
  | 'broken-stream' | 'crashed'
  /** 500 to 599, 408, 409, 423, 425. */
  | 'unexpected-status'
  /** 301, 302, 303: they may follow a call that was executed. */
  | 'redirect'
  /** An answer that is no JSON-RPC response to this call, or of no known form. */
  | 'unreadable'

/** What a REST API answered, as far as it is passed on: text of the upstream. */
interface PlainReply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export type UpstreamOutcome =
  /** A CallToolResult as it came, with `isError` or without; without the reserved members of `_meta` and without `resultType`. */
  | {
    readonly kind: 'answered'
    readonly result: JsonObject
    /** A REST API refused the request before it did anything. */
    readonly executed?: 'no'
    /** The same for callers over plain HTTP. */
    readonly http?: PlainReply
  }
  /** A JSON-RPC error. `message` is text of the upstream that was never reviewed, at most 1,000 characters. */
  | { readonly kind: 'refused', readonly code: number, readonly message: string, readonly executed: 'no' | 'unknown' }
  | { readonly kind: 'not-executed', readonly reason: NotExecutedReason, readonly retryAfterSeconds?: number }
  | { readonly kind: 'unknown', readonly reason: UnknownReason }
  /** The call was executed, and its answer is larger than `maxResultBytes`. */
  | { readonly kind: 'too-large' }
  /** The upstream does not speak the revision of the lock any more. It is refused until it is reviewed again. */
  | { readonly kind: 'changed', readonly executed: 'no' | 'unknown' }

export interface UpstreamListing {
  readonly revision: string
  readonly server: { readonly name: string, readonly version: string }
  readonly capabilities: JsonObject
  /** At most 16,384 characters. */
  readonly instructions?: string
  /** As they came, at most 2,000 with 4 MiB together, over at most 100 pages. Only that each is an object with a name was checked. */
  readonly tools: readonly JsonObject[]
}

export type ListingProblem =
  | Exclude<UpstreamOutcome, { readonly kind: 'answered' }>
  /** More pages, tools or bytes than a listing may have, or a cursor that came before. */
  | { readonly kind: 'endless', readonly what: 'pages' | 'tools' | 'bytes' | 'cursor' }

export interface UpstreamState {
  readonly breaker: 'closed' | 'open' | 'half-open'
  readonly connections: number
  readonly callsInFlight: number
  /** Messages that answered no request of ours, and lines that were no message. */
  readonly strayMessages: number
  /** The last 4 KiB that a process wrote to its standard error, for the operator. */
  readonly standardError?: string
}

/** What happens beside the calls. Holds no text of the upstream. */
export type UpstreamEvent =
  | { readonly kind: 'opened', readonly transport: 'http' | 'stdio' }
  | { readonly kind: 'ended', readonly why: 'idle' | 'lost' | 'crashed' | 'closed' | 'noisy' }
  | { readonly kind: 'breaker', readonly state: 'closed' | 'open' | 'half-open' }
  /** `notifications/tools/list_changed`: what was compared with the lock may have changed. */
  | { readonly kind: 'tools-changed' }
  /** A process wrote a line to its standard output that is no message: the first one of each process. */
  | { readonly kind: 'no-message' }

export interface UpstreamDependencies {
  readonly clock: Clock
  /** Must not throw. */
  readonly onEvent?: (event: UpstreamEvent) => void
  /** Called after a session has begun or a process has started for this caller: what it lists may differ. Must not throw. */
  readonly onConnected?: (caller: UpstreamPerson | undefined) => void
  /** Called with each line of the standard error of a process that has `stderr: 'log'`. Must not throw. */
  readonly onStandardError?: (line: string) => void
  /** `PATH`, `LANG` and `TZ` of the gateway, which processes get. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export interface Upstream {
  readonly name: string
  /** Asks now; simultaneous callers of one session or process share the question. Without `caller`: in a connection of the gateway. */
  readonly list: (caller?: UpstreamPerson) => Promise<Result<UpstreamListing, ListingProblem>>
  /** Never rejects. */
  readonly call: (call: UpstreamCall) => Promise<UpstreamOutcome>
  readonly state: () => UpstreamState
  /** No call is accepted any more; those in flight may finish until the deadline. Then sessions are deleted and processes ended. */
  readonly close: (deadlineMs: number) => Promise<void>
}

export type CreateUpstream = (name: string, settings: UpstreamSettings, dependencies: UpstreamDependencies) => Upstream
