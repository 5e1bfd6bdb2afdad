// Validation by a plain JSON Schema. The validator interprets the schema and generates no code from it; what it would ignore
// silently (an unknown draft, `$dynamicRef`, a reference that leads nowhere) is refused when the schema is read.

import { dereference, Validator, type OutputUnit, type Schema, type SchemaDraft } from '@cfworker/json-schema'
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { err, ok } from '../kernel/result.ts'
import { SchemaProblem, type ValueIssue, type ValueSchema } from './value-schema.ts'

const DRAFTS: Readonly<Record<string, SchemaDraft>> = {
  'https://json-schema.org/draft/2020-12/schema': '2020-12',
  'https://json-schema.org/draft/2019-09/schema': '2019-09',
  'http://json-schema.org/draft-07/schema': '7',
  'http://json-schema.org/draft-04/schema': '4'
}

/** Keywords whose content is data, not a schema. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples'])

/** @throws SchemaProblem for a schema that could not be enforced as it is written */
export function plainJsonSchema (declared: object): ValueSchema {
  const jsonSchema = jsonCopy(declared)
  // The validator writes its bookkeeping into the schema that it gets.
  const schema = jsonCopy(declared) as Schema
  const validator = new Validator(schema, draftOf(jsonSchema), false)
  checkEnforceable(schema)
  return {
    jsonSchema,
    parse (value) {
      const { valid, errors } = validator.validate(value)
      return valid ? ok(value) : err(issuesOf(errors))
    }
  }
}

function jsonCopy (declared: object): JsonObject {
  try {
    return JSON.parse(JSON.stringify(declared)) as JsonObject
  } catch (cause) {
    throw new SchemaProblem('is not JSON', [], { cause })
  }
}

function draftOf ({ $schema }: JsonObject): SchemaDraft {
  if ($schema === undefined) return '2020-12'
  const draft = typeof $schema === 'string' ? DRAFTS[$schema.replace(/#$/, '')] : undefined
  if (draft === undefined) throw new SchemaProblem('has a $schema that is no known draft of JSON Schema', [])
  return draft
}

function checkEnforceable (schema: Schema): void {
  const known = dereference(schema)
  visit(schema, [])

  function visit (value: JsonValue, path: readonly string[]): void {
    if (Array.isArray(value)) {
      value.forEach((item: JsonValue, index) => { visit(item, [...path, String(index)]) })
      return
    }
    if (!isJsonObject(value)) return
    const { $ref, pattern, __absolute_ref__: target } = value
    if (typeof $ref === 'string' && (typeof target !== 'string' || known[target] === undefined)) {
      throw new SchemaProblem('has a $ref that leads nowhere', path)
    }
    if ('$dynamicRef' in value) throw new SchemaProblem('uses $dynamicRef, which is not supported', path)
    if (typeof pattern === 'string') checkPattern(pattern, path)
    for (const [keyword, child] of Object.entries(value)) if (!DATA.has(keyword)) visit(child, [...path, keyword])
  }
}

function checkPattern (pattern: string, path: readonly string[]): void {
  try {
    RegExp(pattern, 'u')
  } catch (cause) {
    throw new SchemaProblem('has a pattern that is no regular expression', path, { cause })
  }
}

/** One issue for each place: the innermost error says more than the keywords that lead to it. */
function issuesOf (errors: readonly OutputUnit[]): readonly ValueIssue[] {
  const places = errors.map(({ instanceLocation }) => instanceLocation)
  return errors
    .filter(({ instanceLocation }) => !places.some(place => place.startsWith(`${instanceLocation}/`)))
    .map(({ instanceLocation, error }) => ({ path: pathOf(instanceLocation), message: withoutValue(error) }))
}

/** @param location a JSON pointer as a URI fragment: `#/payment/amount` */
function pathOf (location: string): readonly string[] {
  return location.split('/').slice(1).map(part => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Messages about numbers begin with the number that was received. */
function withoutValue (error: string): string {
  return error.replace(/^-?[\d.]+(?:e[+-]?\d+)? is /, 'is ')
}
