// Whether a JSON text names a member twice in one object. Parsers differ about which of the two counts (RFC 8259 section 4,
// https://www.rfc-editor.org/rfc/rfc8259#section-4), so that a check and the program behind it could read two different values.

const QUOTE = 34
const COLON = 58
const BACKSLASH = 92
const LAST_BLANK = 32

/**
 * Compares the number of names in the text with the number of members that were parsed: names that are one after decoding, such as `"a"`
 * and `"\u0061"`, are found too. Linear, and without recursion.
 * @param value what `JSON.parse` made of the text
 */
export function hasRepeatedMember (text: string, value: unknown): boolean {
  return namesIn(text) !== membersIn(value)
}

/** A name is a string with a colon behind it; the text is valid JSON. */
function namesIn (text: string): number {
  let names = 0
  for (let open = text.indexOf('"'); open !== -1;) {
    let close = text.indexOf('"', open + 1)
    while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
    let next = close + 1
    while (text.charCodeAt(next) <= LAST_BLANK) next += 1
    const following = text.charCodeAt(next)
    if (following === COLON) names += 1
    open = following === QUOTE ? next : text.indexOf('"', next)
  }
  return names
}

function isEscaped (text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1
  return backslashes % 2 === 1
}

function membersIn (value: unknown): number {
  let members = 0
  const pending: object[] = []
  const look = (item: unknown): void => {
    if (typeof item === 'object' && item !== null) pending.push(item)
  }
  look(value)
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) {
      for (const item of next as readonly unknown[]) look(item)
      continue
    }
    const inner: readonly unknown[] = Object.values(next as Readonly<Record<string, unknown>>)
    members += inner.length
    for (const item of inner) look(item)
  }
  return members
}
