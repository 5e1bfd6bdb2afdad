// What a decision says about arguments, compiled against the reviewed schema: the rules of the guard, what the gateway sets, and the
// schema that is published.

import type { Finding } from '../../config/finding.ts'
import type { ToolArgumentsDeclaration } from '../../config/upstream/upstream-tool-schema.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Permit } from '../../policy/permit.ts'
import type { ArgumentRefusal, ArgumentRules } from '../arguments/argument-guard.ts'
import { judgedNames } from '../arguments/alike-names.ts'
import type { CompiledBindings } from '../arguments/bindings.ts'
import { pointerParts, schemaAt, type PointerParts } from '../arguments/json-pointer.ts'
import { namedMembers, publishedSchema } from '../arguments/published-schema.ts'
import type { SetArgument } from '../arguments/set-arguments.ts'

export interface CompiledArguments {
  readonly rules: ArgumentRules
  readonly set: readonly SetArgument[]
  readonly schema: JsonObject
  /** Unknown names are refused. */
  readonly closed: boolean
}

const MAX_MATCHED = 1000

export function compileArguments (
  declared: ToolArgumentsDeclaration = { set: {}, refuse: {}, allow: [], unknown: 'refuse' }, reviewed: JsonObject,
  bindings: CompiledBindings | undefined, heldBack: readonly string[]
): Result<CompiledArguments, readonly Finding[]> {
  const findings: Finding[] = []
  const look = (member: string, pointer: string, star: boolean): PointerParts => {
    const parts = pointerParts(pointer)
    if (schemaAt(reviewed, parts) === undefined) {
      findings.push({ path: `${member}.${pointer}`, message: 'the reviewed schema has no such argument' })
    } else if (!star && parts.includes('*')) {
      findings.push({ path: `${member}.${pointer}`, message: 'expected a pointer without *' })
    }
    return parts
  }
  const set = Object.entries(declared.set).map(([pointer, { const: constant, from }]): SetArgument => {
    return { parts: look('set', pointer, false), valueFor: permit => from === undefined ? constant : identity(permit, from) }
  })
  const refusals = Object.entries(declared.refuse).map(([pointer, refusal]): ArgumentRefusal => {
    return { parts: look('refuse', pointer, true), ...judgeOf(refusal) }
  })
  const bound = bindings?.pointers ?? []
  for (const { parts } of set) {
    if (bound.some(pointer => startsWith(pointer, parts) || startsWith(parts, pointer))) {
      findings.push({ path: `set./${parts.join('/')}`, message: 'expected another argument: details read this one' })
    }
  }
  const allowed = declared.allow.map(pointer => look('allow', pointer, true))
  if (findings.length > 0) return err(findings)
  const named = [...bound, ...set.map(({ parts }) => parts), ...refusals.map(({ parts }) => parts), ...allowed]
  const held = heldBack.map(pointerParts).filter(parts => !named.some(other => startsWith(parts, other)))
  const closed = declared.unknown === 'refuse'
  const schema = publishedSchema(reviewed, [...set.map(({ parts }) => parts), ...held], closed)
  const pointers = [...bound, ...refusals.map(({ parts }) => parts), ...set.map(({ parts }) => parts)]
  const { required } = schema
  return ok({
    set,
    schema,
    closed,
    rules: {
      named: closed ? namedMembers(schema, pointers) : [],
      judged: closed ? [] : judgedNames([...pointers, ...held]),
      set: set.map(({ parts }) => parts),
      held,
      required: Array.isArray(required) ? judged(required as readonly JsonValue[], refusals) : [],
      refusals,
      read: bindings?.read
    }
  })
}

/** What else is required, the server judges: many list arguments that have a default as required, and accept a call without them. */
function judged (required: readonly JsonValue[], refusals: readonly ArgumentRefusal[]): readonly string[] {
  const names = new Set(refusals.map(({ parts: [first] }) => first))
  return required.filter(name => typeof name === 'string').filter(name => names.has(name))
}

function startsWith (parts: PointerParts, beginning: PointerParts): boolean {
  return beginning.every((part, index) => parts[index] === part)
}

function identity ({ person, clientId }: Permit, from: 'subject' | 'issuer' | 'clientId'): string | undefined {
  switch (from) {
    case 'subject': return person.subject
    case 'issuer': return person.issuer
    case 'clientId': return clientId
  }
}

function judgeOf (
  { unlessOneOf, unlessAtMost, unlessMatches }: ToolArgumentsDeclaration['refuse'][string]
): Omit<ArgumentRefusal, 'parts'> {
  if (unlessOneOf !== undefined) {
    return { accepts: value => unlessOneOf.some(allowed => allowed === value), expected: `expected one of ${unlessOneOf.join(', ')}` }
  }
  if (unlessAtMost !== undefined) {
    return { accepts: value => typeof value === 'number' && value <= unlessAtMost, expected: `expected a number up to ${unlessAtMost}` }
  }
  const pattern = new RegExp(`^(?:${unlessMatches ?? ''})$`, 'u')
  return {
    accepts: value => typeof value === 'string' && value.length <= MAX_MATCHED && pattern.test(value),
    expected: 'expected a text in the form that this gateway allows'
  }
}
