// What does the line of a decision look like? An object that any logger can write, and the same as text for one that takes lines:
// every request has one, and most of it says what the line before said. It does not know what may be written: see decision-log.ts.

import { remembered } from '../kernel/remembered.ts'
import type { DecisionTrace } from '../mcp/decision-trace.ts'
import type { TraceContext } from '../mcp/trace-context.ts'

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

/** Members that are `undefined` are not written. */
export class DecisionLine implements DecisionMembers, Partial<TraceContext> {
  readonly event = 'decision'
  readonly granted: boolean
  readonly reason: string
  readonly remark: string | undefined
  readonly method: string | undefined
  readonly tool: string | undefined
  readonly version: string | undefined
  readonly decision: DecisionTrace | undefined
  readonly contextId: string | undefined
  readonly retryOf: string | undefined
  readonly clientId: string | undefined
  readonly tokenHash: string | undefined
  readonly status: number
  readonly authenticationMs: number | undefined
  readonly durationMs: number
  readonly callerLeft: true | undefined
  readonly traceId?: string
  readonly parentId?: string
  readonly sampled?: boolean
  readonly traceState?: string | undefined

  constructor (members: DecisionMembers, trace: TraceContext | undefined) {
    this.granted = members.granted
    this.reason = members.reason
    this.remark = members.remark
    this.method = members.method
    this.tool = members.tool
    this.version = members.version
    this.decision = members.decision
    this.contextId = members.contextId
    this.retryOf = members.retryOf
    this.clientId = members.clientId
    this.tokenHash = members.tokenHash
    this.status = members.status
    this.authenticationMs = members.authenticationMs
    this.durationMs = members.durationMs
    this.callerLeft = members.callerLeft
    if (trace === undefined) return
    this.traceId = trace.traceId
    this.parentId = trace.parentId
    this.sampled = trace.sampled
    this.traceState = trace.traceState
  }

  /** The members as JSON in their order, each after a comma. */
  text (): string {
    return beginningOf(this) + clientText(this.clientId) + textOf('tokenHash', this.tokenHash) +
      `,"status":${this.status}${this.authenticationMs === undefined ? '' : `,"authenticationMs":${this.authenticationMs}`},"durationMs":${this.durationMs}` +
      textOf('callerLeft', this.callerLeft) +
      (this.traceId === undefined ? '' : textOf('traceId', this.traceId) + textOf('parentId', this.parentId) + textOf('sampled', this.sampled) + textOf('traceState', this.traceState))
  }
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
  if (beginnings.size >= MAX_BEGINNINGS) beginnings.clear()
  beginnings.set(place, { granted, reason, remark, method, tool, version, text })
  return text + rare
}

function beginsAlike (one: Beginning, other: Beginning): boolean {
  return one.granted === other.granted && one.reason === other.reason && one.remark === other.remark &&
    one.method === other.method && one.tool === other.tool && one.version === other.version
}

const knownClient = remembered(MAX_CLIENTS, (clientId: string) => `,"clientId":${JSON.stringify(clientId)}`)

function clientText (clientId: string | undefined): string {
  return clientId === undefined ? '' : knownClient(clientId)
}

function textOf (name: string, value: unknown): string {
  return value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`
}
