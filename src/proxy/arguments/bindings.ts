// Bindings: where each value of a details type is in the arguments of one tool. Compiled once against the reviewed schema; a call whose
// value is missing or of another JSON type is refused, and never read in another way.

import type { Finding } from '../../config/finding.ts'
import { nearestName } from '../../config/nearest-name.ts'
import type { ValueKind } from '../../config/upstream/details-type-schema.ts'
import type { BindingDeclaration } from '../../config/upstream/upstream-tool-schema.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { ValueIssue } from '../../mcp/value-schema.ts'
import { KINDS, type CallValues, type Scalar } from '../limits/call-values.ts'
import type { DeclaredType } from '../limits/declared-type.ts'
import { pointerParts, schemaAt, typesOf, valuesAt, type PointerParts } from './json-pointer.ts'
import { minorUnits } from './minor-units.ts'

/** The values of a call, or what is wrong with its arguments. */
export type ReadCall = (args: JsonObject) => Result<CallValues, readonly ValueIssue[]>

/** Reads one value; what it returns is a list of JSON values that the kind has not judged yet. */
type ReadValue = (args: JsonObject, known: CallValues) => Result<readonly JsonValue[], ValueIssue>

export interface CompiledBindings {
  readonly read: ReadCall
  /** All pointers into the arguments. */
  readonly pointers: readonly PointerParts[]
}

interface Place {
  readonly type: DeclaredType
  readonly schema: JsonObject
}

export function compileBindings (
  bindings: Readonly<Record<string, BindingDeclaration>>, { type, schema }: Place
): Result<CompiledBindings, readonly Finding[]> {
  const findings: Finding[] = []
  const pointers: PointerParts[] = []
  const readers: ValueReader[] = []
  const names = Object.keys(type.kinds)
  for (const value of Object.keys(bindings)) {
    if (names.includes(value)) continue
    const nearest = nearestName(value, names)
    const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`
    findings.push({ path: value, message: `the type ${type.type.type} has no such value${advice}` })
  }
  // A currency is read before the amounts that are written in its units.
  const ordered = names.toSorted((a, b) => Number(type.kinds[b] === 'currency') - Number(type.kinds[a] === 'currency'))
  for (const value of ordered) {
    const binding = Object.hasOwn(bindings, value) ? bindings[value] : undefined
    const kind = type.kinds[value]
    if (kind === undefined) continue
    if (binding === undefined) {
      findings.push({ path: value, message: 'missing; expected where this value is, or { "absent": true } for a tool without it' })
      continue
    }
    const compiled = compileBinding(value, kind, binding, { type, schema })
    findings.push(...compiled.findings.map(({ path, message }) => ({ path: path === '' ? value : `${value}.${path}`, message })))
    pointers.push(...compiled.pointers)
    readers.push({ value, place: compiled.pointers[0] ?? [value], read: compiled.read })
  }
  return findings.length > 0 ? err(findings) : ok({ pointers, read: args => readAll(args, readers, type) })
}

interface ValueReader {
  readonly value: string
  /** Where messages say that the value is. */
  readonly place: PointerParts
  readonly read: ReadValue
}

function readAll (args: JsonObject, readers: readonly ValueReader[], type: DeclaredType): ReturnType<ReadCall> {
  const issues: ValueIssue[] = []
  const values: Record<string, readonly Scalar[]> = {}
  for (const { value, place, read } of readers) {
    const found = read(args, values)
    if (!found.ok) {
      issues.push(found.error)
      continue
    }
    // -0 is 0, for the judge and for the server.
    const items = found.value.map(item => item === 0 ? 0 : item) as readonly Scalar[]
    const problem = type.problemOf(value, items)
    if (problem === undefined) values[value] = items
    else issues.push({ path: place, message: problem })
  }
  return issues.length > 0 ? err(issues) : ok(values)
}

interface CompiledBinding {
  readonly read: ReadValue
  readonly pointers: readonly PointerParts[]
  readonly findings: readonly Finding[]
}

const UNREAD: ReadValue = () => ok([])

function compileBinding (value: string, kind: ValueKind, binding: BindingDeclaration, place: Place): CompiledBinding {
  const { argument, const: constant, join, absent, unit } = binding
  const given = [argument !== undefined, constant !== undefined, join !== undefined, absent].filter(Boolean).length
  if (given !== 1) return wrong('', 'expected one of argument, const, join and absent')
  if (binding.with !== undefined && join === undefined) return wrong('with', 'expected nothing: only join takes it')
  if (unit === 'major' && (argument === undefined || KINDS[kind].type !== 'integer')) {
    return wrong('unit', 'expected nothing: only amounts in arguments have units')
  }
  if (binding.optional && (constant !== undefined || absent)) return wrong('optional', 'expected nothing')
  if (absent) return { read: UNREAD, pointers: [], findings: [] }
  if (constant !== undefined) {
    const problem = place.type.problemOf(value, [constant])
    return problem === undefined ? { read: () => ok([constant]), pointers: [], findings: [] } : wrong('const', problem)
  }
  return argument !== undefined ? compileArgument(kind, argument, binding, place) : compileJoin(kind, join ?? [], binding, place)
}

function wrong (path: string, message: string): CompiledBinding {
  return { read: UNREAD, pointers: [], findings: [{ path, message }] }
}

function compileArgument (
  kind: ValueKind, argument: string | readonly string[], { optional, unit }: BindingDeclaration, { type, schema }: Place
): CompiledBinding {
  const texts = typeof argument === 'string' ? [argument] : argument
  const pointers = texts.map(pointerParts)
  const allowed = unit === 'major' ? ['number', 'integer', 'string'] : [KINDS[kind].type]
  const findings = texts.flatMap((text, index) => pointerFindings(text, pointers[index] ?? [], allowed, schema))
  if (texts.length === 0) findings.push({ path: 'argument', message: 'expected at least one pointer' })
  const several = texts.length > 1 || pointers.some(parts => parts.includes('*'))
  if (several && !KINDS[kind].many) {
    findings.push({ path: 'argument', message: `expected one place: the value is of the kind ${kind}, which is a single one` })
  }
  const currency = Object.entries(type.kinds).find(([, other]) => other === 'currency')?.[0]
  if (unit === 'major' && currency === undefined) {
    findings.push({ path: 'unit', message: 'expected minor: the type has no value of the kind currency' })
  }
  const read: ReadValue = (args, known) => {
    const items: JsonValue[] = []
    for (const parts of pointers) {
      const found = readItems(args, parts, optional, allowed)
      if (!found.ok) return found
      items.push(...found.value)
    }
    if (unit === 'minor') return ok(items)
    const code = currency === undefined ? undefined : known[currency]?.[0]
    const amounts = items.map(item => minorUnits(item, code))
    if (!amounts.includes(undefined)) return ok(amounts as number[])
    return err(issue(pointers[0] ?? [], 'expected an amount without more decimals than its currency has'))
  }
  return { read, pointers, findings }
}

function compileJoin (
  kind: ValueKind, texts: readonly string[], { optional, with: separator }: BindingDeclaration, { schema }: Place
): CompiledBinding {
  const pointers = texts.map(pointerParts)
  const findings = texts.flatMap((text, index) => pointerFindings(text, pointers[index] ?? [], ['string'], schema))
  if (separator === undefined) findings.push({ path: 'with', message: 'missing; expected a text between the parts' })
  if (texts.length < 2 || pointers.some(parts => parts.includes('*'))) {
    findings.push({ path: 'join', message: 'expected two places or more, without *' })
  }
  if (KINDS[kind].type !== 'string') findings.push({ path: 'join', message: `expected nothing: the value is of the kind ${kind}` })
  const read: ReadValue = args => {
    const items: string[] = []
    let absent: PointerParts | undefined
    for (const parts of pointers) {
      const found = readItems(args, parts, optional, ['string'])
      if (!found.ok) return found
      const [part] = found.value
      if (part === undefined) {
        absent = parts
        continue
      }
      if (typeof part !== 'string' || part === '' || part.includes(separator ?? '')) {
        return err(issue(parts, `expected a text without ${separator}`))
      }
      items.push(part)
    }
    if (absent === undefined) return ok([items.join(separator)])
    return items.length === 0 ? ok([]) : err(issue(absent, 'must be given'))
  }
  return { read, pointers, findings }
}

function pointerFindings (text: string, parts: PointerParts, allowed: readonly string[], schema: JsonObject): Finding[] {
  const found = schemaAt(schema, parts)
  if (found === undefined) return [{ path: 'argument', message: `${text}: the reviewed schema has no such argument` }]
  const types = typesOf(found, schema)
  if (types.length > 0 && types.every(type => allowed.includes(type) || (type === 'number' && allowed.includes('integer')))) return []
  const has = types.length === 0 ? 'states no type' : `says ${types.join(', ')}`
  return [{ path: 'argument', message: `${text}: expected ${allowed.join(' or ')}; the reviewed schema ${has}` }]
}

function readItems (
  args: JsonObject, parts: PointerParts, optional: boolean, allowed: readonly string[]
): Result<readonly JsonValue[], ValueIssue> {
  const { values, missing } = valuesAt(args, parts)
  if (missing === 'other-form') return err(issue(parts, 'has another form than the tool declares'))
  if (missing === 'absent' && !optional) return err(issue(parts, 'must be given'))
  if (values.length === 0 && !optional) return err(issue(parts, 'must have an item'))
  const fits = values.every(value => allowed.some(type => isOfType(value, type)))
  return fits ? ok(values) : err(issue(parts, `expected ${allowed.join(' or ')}`))
}

function isOfType (value: JsonValue, type: string): boolean {
  switch (type) {
    case 'integer': return Number.isInteger(value)
    case 'number': return Number.isFinite(value)
    case 'boolean': return typeof value === 'boolean'
    default: return typeof value === 'string'
  }
}

function issue (parts: PointerParts, message: string): ValueIssue {
  return { path: parts, message }
}
