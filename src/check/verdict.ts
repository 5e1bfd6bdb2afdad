// What is a rule, and what was found of it? A rule stands once, beside the function that judges it.

/** `error`: a MUST, or a hole. `warning`: a SHOULD, or what keeps some clients out. `hint`: worth knowing. */
export type Level = 'error' | 'warning' | 'hint'

export interface Rule {
  readonly level: Level
  /** What is true when the rule is kept. */
  readonly title: string
  /** The section that asks for it. */
  readonly source: string
  /** What to do when it is not kept. */
  readonly remedy: string
}

export interface Verdict<Id extends string = string> {
  readonly rule: Id
  readonly outcome: 'passed' | 'failed' | 'not-checked'
  /** What was seen, or why it was not looked at. Printable ASCII. */
  readonly seen: string
}

export function judge<Id extends string> (rule: Id, kept: boolean, seen: string): Verdict<Id> {
  return { rule, outcome: kept ? 'passed' : 'failed', seen }
}

export function skip<Id extends string> (rule: Id, why: string): Verdict<Id> {
  return { rule, outcome: 'not-checked', seen: why }
}

/** The same for several rules. */
export function skipAll<Id extends string> (rules: readonly Id[], why: string): Verdict<Id>[] {
  return rules.map(rule => skip(rule, why))
}

export const MCP = 'https://modelcontextprotocol.io/specification/2026-07-28/basic'
export const rfc = (number: number, section: string): string => `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`
