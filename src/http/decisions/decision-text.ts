// The log line of a decision as JSON text: the members of decision-line.ts in the same order. Most of a line repeats the line before it,
// so its beginning is remembered for each tool: docs/performance.md#hand-written-decision-lines

import type { FastifyBaseLogger } from 'fastify'
import type { DecisionRecord } from '../../mcp/decision-record.ts'
import { decisionLine } from './decision-line.ts'

/** A logger that takes the members of a line as text (server/request-logger.ts); the logger of a host takes objects. */
export interface TextLog extends FastifyBaseLogger {
  /** False: the line must be an object. */
  readonly takesText: () => boolean
  /** @param members JSON, each after a comma */
  readonly infoText: (members: string, message: string) => void
}

export function isTextLog (log: FastifyBaseLogger): log is TextLog {
  return 'infoText' in log
}

/** Each member after a comma. */
export function decisionText (record: Readonly<DecisionRecord>): string {
  const { grant, tokenHash, authenticationMs } = record
  const subjectKind = grant?.person.kind
  const clientId = grant?.clientId
  if (isRare(record)) return afterComma(decisionLine(record))
  return beginningOf(record) +
    (subjectKind === undefined ? '' : `,"subjectKind":"${subjectKind}"`) +
    (clientId === undefined ? '' : `,"clientId":${quoted(clientId)}`) +
    (tokenHash === undefined ? '' : `,"tokenHash":${quoted(tokenHash)}`) + `,"status":${record.status}` +
    (authenticationMs === undefined ? '' : `,"authenticationMs":${hundredthsText(authenticationMs)}`) +
    `,"durationMs":${hundredthsText(record.durationMs)}`
}

/** Has members that few lines have. */
function isRare (record: Readonly<DecisionRecord>): boolean {
  return record.trace !== undefined || record.contextId !== undefined || record.retryOf !== undefined ||
    record.callerLeft !== undefined || record.traceContext !== undefined
}

function afterComma (members: object): string {
  return `,${JSON.stringify(members).slice(1, -1)}`
}

const MAX_BEGINNINGS = 1000
type Beginning = Pick<DecisionRecord, 'resource' | 'granted' | 'reason' | 'remark' | 'method' | 'tool' | 'version'>

/** The last beginning of each tool, and of each reason where there is no tool. */
const beginnings = new Map<string, Beginning & { readonly text: string }>()

/** From `event` to `version`. */
function beginningOf (record: Beginning): string {
  const { resource } = record
  const place = resource === undefined ? record.tool ?? record.reason : `${resource} ${record.tool ?? record.reason}`
  const known = beginnings.get(place)
  if (known !== undefined && isAlike(known, record)) return known.text
  const { granted, reason, remark, method, tool, version } = record
  const text = afterComma({ event: 'decision', resource, granted, reason, remark, method, tool, version })
  if (beginnings.size >= MAX_BEGINNINGS) beginnings.clear()
  beginnings.set(place, { resource, granted, reason, remark, method, tool, version, text })
  return text
}

function isAlike (one: Beginning, other: Beginning): boolean {
  return one.resource === other.resource && one.granted === other.granted && one.reason === other.reason && one.remark === other.remark &&
    one.method === other.method && one.tool === other.tool && one.version === other.version
}

/** Text that JSON writes as it is. */
const PLAIN = /^[\w\-:./ ]*$/

function quoted (text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** What follows the whole milliseconds, for each number of hundredths. */
const FRACTIONS = Array.from({ length: 100 }, (_, hundredths) => String(hundredths / 100).slice(1))

/** The text that JSON has for the rounded number: to write a fraction digit by digit takes as long as the rest of a line. */
function hundredthsText (milliseconds: number): string {
  const hundredths = Math.round(milliseconds * 100)
  if (!Number.isSafeInteger(hundredths) || hundredths < 0) return JSON.stringify(hundredths / 100)
  const whole = Math.floor(hundredths / 100)
  return `${whole}${FRACTIONS[hundredths - whole * 100] ?? ''}`
}
