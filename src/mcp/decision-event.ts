// What is told about a decision to those who watch: metrics, audit. No token, and no argument but what an element of the grant's
// own authorization details says.

import type { Person } from '../kernel/person.ts'
import type { Permit } from '../policy/permit.ts'
import type { ToolAnnotations } from './tool.ts'

export interface DecisionEvent {
  readonly granted: boolean
  /** Stable, lower case with hyphens; the same as in the decision log. */
  readonly reason: string
  readonly remark: string | undefined
  readonly method: string | undefined
  /** Of the registry; never a name that a client made up. */
  readonly tool: string | undefined
  /** Whose token it was; absent when it was refused before that was known. */
  readonly person: Person | undefined
  readonly clientId: string | undefined
  readonly tokenHash: string | undefined
  /** What allowed the call, where a tool was permitted to run. */
  readonly permit: Permit | undefined
  readonly contextId: string | undefined
  readonly retryOf: string | undefined
  /** HTTP. */
  readonly status: number
  readonly durationMs: number
}

/** Must not throw. */
export type WatchDecisions = (event: DecisionEvent) => void

/** A permitted call of a tool that may change something, before it runs. */
export interface ComingChange {
  readonly permit: Permit
  readonly tokenHash: string
}

/** @throws GatewayError when the call must not be made */
export type BeforeChange = (change: ComingChange) => void

/** A tool counts as changing something unless it says that it only reads. */
export function mayChange ({ readOnlyHint }: ToolAnnotations): boolean {
  return readOnlyHint !== true
}

const METHODS: ReadonlySet<string> = new Set([
  'initialize', 'ping', 'server/discover', 'tools/list', 'tools/call', 'notifications/initialized', 'notifications/cancelled'
])

/** For labels: a method that a client made up is `other`. */
export function methodLabel (method: string | undefined): string {
  if (method === undefined) return 'none'
  return METHODS.has(method) ? method : 'other'
}
