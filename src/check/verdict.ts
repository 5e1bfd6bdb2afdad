// A rule of `check`, and the verdict on it. Each rule is declared in the file that judges it.

/** `error`: a MUST, or a vulnerability. `warning`: a SHOULD, or a fault that excludes some clients. `hint`: good to know. */
export type Level = 'error' | 'warning' | 'hint'

export interface Rule {
  readonly level: Level
  /** What is true when the rule is followed. */
  readonly title: string
  /** The section that requires it. */
  readonly source: string
  /** What to do when it is not followed. */
  readonly remedy: string
}

export interface Verdict<Id extends string = string> {
  readonly rule: Id
  readonly outcome: 'passed' | 'failed' | 'not-checked'
  /** What was seen, or why it was not checked. Printable ASCII. */
  readonly seen: string
}

export function judge<Id extends string> (rule: Id, followed: boolean, seen: string): Verdict<Id> {
  return { rule, outcome: followed ? 'passed' : 'failed', seen }
}

export function skip<Id extends string> (rule: Id, why: string): Verdict<Id> {
  return { rule, outcome: 'not-checked', seen: why }
}

/** `skip` for several rules. */
export function skipAll<Id extends string> (rules: readonly Id[], why: string): Verdict<Id>[] {
  return rules.map(rule => skip(rule, why))
}

export const MCP = 'https://modelcontextprotocol.io/specification/2026-07-28/basic'
export const rfc = (number: number, section: string): string => `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`
