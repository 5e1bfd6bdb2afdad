// What does the line of a decision look like? An object that any logger can write, and the same as text for one that takes lines:
// every request has one, and most of it says what the line before said. It does not know what may be written: see decision-log.ts.

import { remember, remembered } from '../../kernel/remembered.ts'
import type { DecisionTrace } from '../../mcp/decision-trace.ts'
import type { TraceContext } from '../../mcp/trace-context.ts'

export interface DecisionMembers {
  readonly granted: boolean
  readonly reason: string
  readonly remark: string | undefined
  readonly method?: string | undefined
  readonly tool?: string | undefined
  readonly version?: string | undefined
  readonly decision?: DecisionTrace | undefined
  readonly contextId?: string | undefined
  readonly retryOf?: string | undefined
  readonly clientId: string | undefined
  readonly tokenHash: string | undefined
  readonly status: number
  readonly authenticationMs?: number | undefined
  readonly durationMs: number
  readonly callerLeft?: true | undefined
}

/** Of the lines that only this file makes: whoever finds it knows all members. Loggers do not write symbols. */
const MADE_HERE = Symbol('mcp-resource-gateway.decision-line')

export type DecisionLine = ReturnType<typeof decisionLine>

/** Members in the order in which they are written; those that are `undefined` are not. */
export function decisionLine (members: DecisionMembers, trace: TraceContext | undefined) {
  return {
    event: 'decision',
    granted: members.granted,
    reason: members.reason,
    remark: members.remark,
    method: members.method,
    tool: members.tool,
    version: members.version,
    decision: members.decision,
    contextId: members.contextId,
    retryOf: members.retryOf,
    clientId: members.clientId,
    tokenHash: members.tokenHash,
    status: members.status,
    authenticationMs: members.authenticationMs,
    durationMs: members.durationMs,
    callerLeft: members.callerLeft,
    traceId: trace?.traceId,
    parentId: trace?.parentId,
    sampled: trace?.sampled,
    traceState: trace?.traceState,
    // last: what is written after a name that has to be computed is added member by member
    [MADE_HERE]: true
  } as const
}

export function isDecisionLine (value: unknown): value is DecisionLine {
  return typeof value === 'object' && value !== null && MADE_HERE in value
}

/** The members as JSON in their order, each after a comma. */
export function decisionText (line: DecisionLine): string {
  const { clientId, status, authenticationMs, durationMs, traceId } = line
  return beginningOf(line) + (clientId === undefined ? '' : clientText(clientId)) + textOf('tokenHash', line.tokenHash) +
    `,"status":${status}${authenticationMs === undefined ? '' : `,"authenticationMs":${hundredthsText(authenticationMs)}`},"durationMs":${hundredthsText(durationMs)}` +
    textOf('callerLeft', line.callerLeft) +
    (traceId === undefined ? '' : textOf('traceId', traceId) + textOf('parentId', line.parentId) + textOf('sampled', line.sampled) + textOf('traceState', line.traceState))
}

const MAX_BEGINNINGS = 1000
const MAX_CLIENTS = 1000
type Beginning = Pick<DecisionLine, 'granted' | 'reason' | 'remark' | 'method' | 'tool' | 'version'>

/** The last one of each tool, and of each reason where there is no tool. */
const beginnings = new Map<string, Beginning & { readonly text: string }>()

/** Up to `retryOf`: the same text from call to call of a tool, but for a few. */
function beginningOf (line: DecisionLine): string {
  const rare = textOf('decision', line.decision) + textOf('contextId', line.contextId) + textOf('retryOf', line.retryOf)
  const place = line.tool ?? line.reason
  const known = beginnings.get(place)
  if (known !== undefined && beginsAlike(known, line)) return known.text + rare
  const { event, granted, reason, remark, method, tool, version } = line
  const text = `,${JSON.stringify({ event, granted, reason, remark, method, tool, version }).slice(1, -1)}`
  remember(beginnings, MAX_BEGINNINGS, place, { granted, reason, remark, method, tool, version, text })
  return text + rare
}

function beginsAlike (one: Beginning, other: Beginning): boolean {
  return one.granted === other.granted && one.reason === other.reason && one.remark === other.remark &&
    one.method === other.method && one.tool === other.tool && one.version === other.version
}

/** What follows the whole milliseconds, for each number of hundredths. */
const FRACTIONS = Array.from({ length: 100 }, (_, hundredths) => String(hundredths / 100).slice(1))

/** The same text as JSON has for it: writing a fraction digit by digit takes as long as the rest of a line. */
function hundredthsText (milliseconds: number): string {
  const hundredths = Math.round(milliseconds * 100)
  const whole = Math.floor(hundredths / 100)
  const fraction = Number.isSafeInteger(hundredths) && hundredths / 100 === milliseconds ? FRACTIONS[hundredths - whole * 100] : undefined
  return fraction === undefined || whole < 0 ? JSON.stringify(milliseconds) : `${whole}${fraction}`
}

const clientText = remembered(MAX_CLIENTS, (clientId: string) => `,"clientId":${JSON.stringify(clientId)}`)

function textOf (name: string, value: unknown): string {
  return value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`
}
