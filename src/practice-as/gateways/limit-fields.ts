// The fields of a form for one element of authorization details, made from the JSON Schema of its type, and the element that was typed
// into them. A member of a shape that no field suits is typed as JSON.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import type { Locale } from '../../kernel/locale.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { visibleDescription, visibleName } from '../../kernel/foreign-text.ts'
import type { DetailsTypeFacts } from './resource-facts.ts'

type FieldKind =
  /** Any number of words. */
  | { readonly kind: 'words', readonly words: readonly string[] }
  /** One of some words, or nothing. */
  | { readonly kind: 'word', readonly words: readonly string[] }
  /** One item on each line. */
  | { readonly kind: 'lines', readonly numbers: boolean }
  | { readonly kind: 'number' | 'text' | 'date-time' | 'json' }

export type Field = FieldKind & {
  readonly member: string
  readonly title: string
  readonly description: string
  readonly required: boolean
}

const MAX_WORDS = 50

export function fieldsOf ({ schema }: DetailsTypeFacts, language: Locale): readonly Field[] {
  const { properties, required } = schema[language]
  if (!isJsonObject(properties)) return []
  return Object.entries(properties).filter(([member]) => member !== 'type').map(([member, described]) => {
    const about = isJsonObject(described) ? described : {}
    return {
      ...kindOf(about),
      member,
      title: visibleName(typeof about['title'] === 'string' ? about['title'] : '') || visibleName(member),
      description: typeof about['description'] === 'string' ? visibleDescription(about['description']) : '',
      required: Array.isArray(required) && required.includes(member)
    }
  })
}

/** The title of a type for people. */
export function titleOf ({ type, schema }: DetailsTypeFacts, language: Locale): string {
  const { title } = schema[language]
  return visibleName(typeof title === 'string' ? title : '') || visibleName(type)
}

/** What stands in the field for this value: a list for `words`, a text for all others. */
export function shownValue ({ kind }: FieldKind, value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return []
  if (kind === 'json') return [JSON.stringify(value)]
  if (!Array.isArray(value)) return [plainText(value)]
  const items = (value as readonly JsonValue[]).map(plainText)
  return kind === 'words' ? items : [items.join('\n')]
}

/** @returns the member and its value; nothing for a field that was left empty; an error for one that cannot be read */
export function readField (field: Field, typed: readonly string[]): Result<JsonValue | undefined, Field> {
  const [first = ''] = typed
  const text = first.normalize('NFKC').trim()
  if (field.kind === 'words') return typed.length === 0 ? ok(undefined) : ok([...typed])
  if (text === '') return ok(undefined)
  switch (field.kind) {
    case 'number': return numberIn(text, field)
    case 'lines': return linesIn(first, field)
    case 'json': return jsonIn(first, field)
    case 'word': case 'text': case 'date-time': return ok(first.trim())
  }
}

function linesIn (text: string, field: Field & { readonly kind: 'lines' }): Result<JsonValue, Field> {
  const lines = text.split('\n').map(line => line.trim()).filter(line => line !== '')
  if (!field.numbers) return ok(lines)
  const numbers = lines.map(line => numberIn(line, field)).flatMap(read => read.ok ? [read.value] : [])
  return numbers.length === lines.length ? ok(numbers) : err(field)
}

/** As people type it: `8000`, `8,000`. */
function numberIn (text: string, field: Field): Result<number, Field> {
  const plain = text.normalize('NFKC').replace(/(?<=\d),(?=\d{3}(?:,|$))/g, '')
  const number = /^-?\d{1,16}$/.test(plain) ? Number(plain) : NaN
  return Number.isSafeInteger(number) ? ok(number) : err(field)
}

function jsonIn (text: string, field: Field): Result<JsonValue, Field> {
  try {
    return ok(JSON.parse(text) as JsonValue)
  } catch {
    return err(field)
  }
}

function kindOf (schema: JsonObject): FieldKind {
  const { type, format, items, enum: choices } = schema
  const words = wordsIn(choices)
  if (words !== undefined) return { kind: 'word', words }
  if (type === 'integer') return { kind: 'number' }
  if (type === 'string') return { kind: format === 'date-time' ? 'date-time' : 'text' }
  if (type === 'array' && isJsonObject(items)) {
    const some = wordsIn(items['enum'])
    if (some !== undefined) return { kind: 'words', words: some }
    if (items['type'] === 'string' || items['type'] === 'integer') return { kind: 'lines', numbers: items['type'] === 'integer' }
  }
  return { kind: 'json' }
}

function wordsIn (choices: JsonValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(choices) || choices.length > MAX_WORDS) return undefined
  return choices.every(choice => typeof choice === 'string') ? choices : undefined
}

function plainText (value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
