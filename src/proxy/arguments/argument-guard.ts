// Checks the arguments of a proxied tool: unknown names, arguments that the gateway sets itself, what no token allows, and the values
// that the limits compare. The object that passes is the one that is forwarded, written again: the bytes of the client never are.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { ValueIssue } from '../../mcp/value-schema.ts'
import type { CallValues } from '../limits/call-values.ts'
import { alikeName, type JudgedNames } from './alike-names.ts'
import type { ReadCall } from './bindings.ts'
import { valuesAt, type PointerParts } from './json-pointer.ts'

/** Arguments that passed, with what the limits compare. */
export interface GuardedArguments {
  readonly args: JsonObject
  readonly values: CallValues
}

export interface NamedMembers {
  /** Where the object is. */
  readonly parts: PointerParts
  readonly names: ReadonlySet<string>
}

export interface ArgumentRefusal {
  readonly parts: PointerParts
  readonly accepts: (value: JsonValue) => boolean
  readonly expected: string
}

export interface ArgumentRules {
  /** The objects in which only these members are allowed. */
  readonly named: readonly NamedMembers[]
  /** Where unknown arguments are accepted: the names that others must not be alike. */
  readonly judged: readonly JudgedNames[]
  readonly set: readonly PointerParts[]
  /** Came with a change of the tool, and no decision names them. */
  readonly held: readonly PointerParts[]
  /** At the top: those that `refusals` judge must be there, since the default that the server has for them is not known. */
  readonly required: readonly string[]
  readonly refusals: readonly ArgumentRefusal[]
  readonly read: ReadCall | undefined
  /** Of a REST API: whether each argument fits its place in the request. */
  readonly request?: ((args: JsonObject) => readonly ValueIssue[]) | undefined
}

const MAX_DEPTH = 64
const NO_VALUES: CallValues = {}
/** Names of members that every object in JavaScript has, and through which some programs change all objects. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Text of an argument name in a message: a client may send any, as long as a whole body. */
const MAX_NAME = 64

export function guardArguments (args: JsonObject, rules: ArgumentRules): Result<GuardedArguments, readonly ValueIssue[]> {
  const issues = [...structureIssues(args), ...nameIssues(args, rules)]
  if (issues.length > 0) return err(issues)
  const misplaced = rules.request?.(args) ?? []
  if (misplaced.length > 0) return err(misplaced)
  const refused = rules.refusals.flatMap(refusal => refusalIssues(args, refusal))
  if (refused.length > 0) return err(refused)
  if (rules.read === undefined) return ok({ args, values: NO_VALUES })
  const read = rules.read(args)
  return read.ok ? ok({ args, values: read.value }) : err(read.error)
}

/** Without recursion: the depth is chosen by the client. */
function structureIssues (args: JsonObject): readonly ValueIssue[] {
  const pending: Array<readonly [value: JsonValue, depth: number]> = [[args, 0]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [value, depth] = next
    if (typeof value !== 'object' || value === null) continue
    if (depth > MAX_DEPTH) return [{ path: [], message: `nested deeper than ${MAX_DEPTH} levels` }]
    for (const name of Object.keys(value)) {
      if (PROTOTYPE_NAMES.has(name)) return [{ path: [], message: 'a name that cannot be an argument' }]
    }
    for (const member of Object.values<JsonValue>(value as JsonObject)) pending.push([member, depth + 1])
  }
  return []
}

function nameIssues (args: JsonObject, { named, judged, set, held, required }: ArgumentRules): readonly ValueIssue[] {
  const issues: ValueIssue[] = []
  for (const { parts, names } of named) {
    for (const object of valuesAt(args, parts).values) {
      if (!isJsonObject(object)) continue
      const unknown = Object.keys(object).find(name => !names.has(name))
      if (unknown !== undefined) issues.push({ path: parts, message: `${shown(unknown)} is not an argument of this tool` })
    }
  }
  const alike = alikeName(args, judged)
  if (alike !== undefined) issues.push({ path: alike.parts, message: `${shown(alike.name)} is too much like an argument that is judged` })
  for (const parts of set) {
    if (valuesAt(args, parts).values.length > 0) issues.push({ path: parts, message: 'is set by the gateway, and must not be given' })
  }
  for (const parts of held) {
    if (valuesAt(args, parts).values.length === 0) continue
    issues.push({ path: parts, message: 'came with a change of the tool, and is not allowed yet' })
  }
  for (const name of required) if (!Object.hasOwn(args, name)) issues.push({ path: [name], message: 'must be given' })
  return issues
}

function refusalIssues (args: JsonObject, { parts, accepts, expected }: ArgumentRefusal): readonly ValueIssue[] {
  const { values, missing } = valuesAt(args, parts)
  if (missing === 'other-form') return [{ path: parts, message: 'has another form than the tool declares' }]
  return values.every(accepts) ? [] : [{ path: parts, message: expected }]
}

function shown (name: string): string {
  return JSON.stringify(name.slice(0, MAX_NAME)).replace(/[^\x20-\x7e]/g, '?')
}
