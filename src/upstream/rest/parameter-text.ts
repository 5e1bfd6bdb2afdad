// Writes one argument as text for its place in a request: percent-encoded as a whole, so that it cannot become another segment, another
// pair or another header (https://www.rfc-editor.org/rfc/rfc3986#section-2.1).

import type { JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { TemplateStyle } from './request-template.ts'

type Written = Result<string, string>

const SCALAR = 'must be a text, a number, true or false'
/** Servers split a header list and a query list at these, before or after they decode. */
const DELIMITERS: Readonly<Record<Exclude<TemplateStyle, 'value' | 'repeat'>, readonly [character: string, encoded: string]>> = {
  comma: [',', ','], space: [' ', '%20'], pipe: ['|', '%7C']
}
/** encodeURIComponent leaves these alone; some servers give them a meaning. */
const LEFT_OVER = /[!'()*]/g
const LONE_SURROGATE = /\p{Surrogate}/u
const CONTROL = /\p{Cc}/u
/** Visible ASCII, with blanks inside (RFC 9110 section 5.5). */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
const LONGEST_HEADER = 4096

/** `undefined` for a text that is no Unicode. */
function encoded (text: string): string | undefined {
  if (LONE_SURROGATE.test(text)) return undefined
  return encodeURIComponent(text).replace(LEFT_OVER, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function scalarText (value: JsonValue): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? String(value) : undefined
}

/**
 * A path argument stays one segment, also for a server or proxy that decodes it twice or decodes `%2F` before it finds the route: a text
 * with a dot segment in it is refused, and never cleaned up.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.3
 */
export function pathText (value: JsonValue): Written {
  const text = scalarText(value)
  if (text === undefined) return err(SCALAR)
  if (text === '') return err('must not be empty')
  if (CONTROL.test(text)) return err('must not have control characters')
  if (hasDotSegment(text)) return err('must not have . or .. between slashes')
  return orNoText(encoded(text))
}

function hasDotSegment (text: string): boolean {
  let plain = text
  // Twice: `%252e%252e` is `..` for a server behind a proxy that decodes.
  for (let time = 0; time < 3; time += 1) {
    if (plain.split(/[/\\]/).some(segment => segment === '.' || segment === '..')) return true
    plain = plain.replace(/%(2e|2f|5c|25)/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  }
  return false
}

/** `name=value`, several with `&` between them, or an empty text for an empty list. */
export function queryText (name: string, value: JsonValue, style: TemplateStyle): Written {
  const key = encoded(name) ?? ''
  if (style === 'value') {
    const text = scalarText(value)
    if (text === undefined) return err(SCALAR)
    const written = encoded(text)
    return written === undefined ? orNoText(written) : ok(`${key}=${written}`)
  }
  if (!Array.isArray(value)) return err('must be a list')
  const texts = (value as readonly JsonValue[]).map(scalarText)
  const items = texts.map(text => text === undefined ? undefined : encoded(text))
  if (texts.includes(undefined)) return err(`each item ${SCALAR}`)
  if (items.includes(undefined)) return orNoText(undefined)
  if (items.length === 0) return ok('')
  if (style === 'repeat') return ok(items.map(item => `${key}=${item ?? ''}`).join('&'))
  const [delimiter, between] = DELIMITERS[style]
  if (texts.some(text => text?.includes(delimiter) === true)) return err(`no item may have ${JSON.stringify(delimiter)} in it`)
  return ok(`${key}=${items.join(between)}`)
}

export function headerText (value: JsonValue): Written {
  const text = scalarText(value)
  if (text === undefined) return err(SCALAR)
  return HEADER_VALUE.test(text) && text.length <= LONGEST_HEADER ? ok(text) : err('must be visible ASCII characters, 4096 at most')
}

function orNoText (text: string | undefined): Written {
  return text === undefined ? err('must be Unicode text') : ok(text)
}
