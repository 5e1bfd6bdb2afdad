// Text of another server as lines for a terminal: escaped, and cut where a person does not ask for all of it. What was cut is said, since a
// model will read the part that was not shown.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { shownText } from './shown-text.ts'

/** Up to 96 characters, to the end of a word where there is one. */
const PIECES = /.{1,96}(?:\s|$)|.{1,96}/gu
const MAX_LINES = 12
const MAX_DEPTH = 64
const TEXTS = new Set(['title', 'description'])

/** @param whole nothing is cut */
export function shownLines (text: string, whole: boolean): readonly string[] {
  const lines = shownText(text).split('\n').flatMap(line => line.match(PIECES) ?? [''])
  if (whole || lines.length <= MAX_LINES) return lines
  return [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more lines (--full)`]
}

/** One line, for names and pointers. */
export function shownName (text: string): string {
  return shownText(text).replaceAll('\n', '\\n').slice(0, 128)
}

export interface TextInside {
  /** A JSON pointer into the definition. */
  readonly pointer: string
  readonly text: string
}

/** The titles and descriptions inside the schemas of a tool: a model reads them as it reads the description of the tool. */
export function textsInside (definition: JsonObject): readonly TextInside[] {
  return ['inputSchema', 'outputSchema', 'annotations'].flatMap(name => textsAt(definition[name], `/${name}`, 1))
}

function textsAt (value: JsonValue | undefined, pointer: string, depth: number): readonly TextInside[] {
  if (depth > MAX_DEPTH) return []
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((item, index) => textsAt(item, `${pointer}/${index}`, depth + 1))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return TEXTS.has(name) && typeof member === 'string' ? [{ pointer: place, text: member }] : textsAt(member, place, depth + 1)
  })
}
