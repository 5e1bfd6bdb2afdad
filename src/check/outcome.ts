// The outcome of a request: a reply, or the reason why there is none. Text that a server sent is shown as printable ASCII and
// shortened, because the report is read in a terminal.

import { parseJson } from './json-text.ts'

interface Reply {
  readonly kind: 'reply'
  readonly status: number
  /** Names in lower case, each with its field lines in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  /** The part that arrived within time and size limit. */
  readonly body: string
}

export type Silence = 'unreachable' | 'unresolved' | 'timeout' | 'dropped' | 'tls' | 'not-http' | 'no-time' | 'inward'

export interface NoReply {
  readonly kind: 'none'
  readonly reason: Silence
}

export type Outcome = Reply | NoReply

const SILENCES: Readonly<Record<Silence, string>> = {
  unreachable: 'no connection',
  unresolved: 'the host name does not resolve',
  timeout: 'no answer in time',
  dropped: 'the connection was closed without an answer',
  tls: 'no trusted TLS connection (certificate or protocol)',
  'not-http': 'the answer is not HTTP',
  'no-time': 'not sent: the time for the whole check was over',
  inward: 'not sent: the name has no public address, and the server has one'
}

const MAX_SHOWN = 160

export function show (text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?')
  return printable.length > MAX_SHOWN ? `${printable.slice(0, MAX_SHOWN)}...` : printable
}

export function showOutcome (outcome: Outcome): string {
  if (outcome.kind === 'none') return SILENCES[outcome.reason]
  const type = headerOf(outcome, 'content-type')
  return `HTTP ${outcome.status}${type === undefined ? '' : ` (${show(type)})`}`
}

/** The field lines of a header, joined as RFC 9110 §5.3 says. */
export function headerOf (outcome: Outcome, name: string): string | undefined {
  return outcome.kind === 'reply' ? outcome.headers.get(name)?.join(', ') : undefined
}

export function headerLines (outcome: Outcome, name: string): readonly string[] {
  return outcome.kind === 'reply' ? outcome.headers.get(name) ?? [] : []
}

export function statusOf (outcome: Outcome): number | undefined {
  return outcome.kind === 'reply' ? outcome.status : undefined
}

export function hasStatus (outcome: Outcome, statuses: readonly number[]): boolean {
  return outcome.kind === 'reply' && statuses.includes(outcome.status)
}

/** The body parsed as JSON; `undefined`, which JSON cannot express, when it is not JSON. */
export function jsonOf (outcome: Outcome): unknown {
  return outcome.kind === 'none' ? undefined : parseJson(outcome.body)
}

/** The last JSON-RPC message of a reply, sent as JSON or as an event stream. */
export function messageOf (outcome: Outcome): unknown {
  if (outcome.kind === 'none') return undefined
  if (headerOf(outcome, 'content-type')?.toLowerCase().startsWith('text/event-stream') !== true) return jsonOf(outcome)
  const events = outcome.body.replace(/^\uFEFF/, '').split(/\r?\n\r?\n/).map(event => event.split(/\r?\n/)
    .filter(line => line.startsWith('data:')).map(line => line.slice(5).trimStart()).join('\n'))
  const data = events.filter(event => event !== '').at(-1)
  return data === undefined ? undefined : parseJson(data)
}

/** No answer, or one that says that the server failed. 501 says that it does not know the method. */
export function isFailure (outcome: Outcome): boolean {
  return outcome.kind === 'none' || (outcome.status >= 500 && outcome.status !== 501)
}

/** A status that says that the request is at fault. */
export function isRefusal (outcome: Outcome): boolean {
  return outcome.kind === 'reply' && outcome.status >= 400 && outcome.status < 500
}

export function isHtml (outcome: Outcome): boolean {
  if (outcome.kind === 'none') return false
  return /^\s*(?:text\/html|application\/xhtml)/i.test(headerOf(outcome, 'content-type') ?? '') ||
    /^\s*<(?:!doctype|html)/i.test(outcome.body)
}
