// JSON from a server that may be hostile. Text that is nested too deeply counts as not JSON: `JSON.parse` reads it, but
// `JSON.stringify` of the value overflows the stack. A byte order mark is ignored, as clients and the gateway do (RFC 8259 section 8.1).

const MAX_DEPTH = 100
const BYTE_ORDER_MARK = '\u{FEFF}'

/** `undefined`, which JSON cannot express, when the text is not JSON. */
export function parseJson (received: string): unknown {
  const text = received.startsWith(BYTE_ORDER_MARK) ? received.slice(1) : received
  if (isTooDeep(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isTooDeep (text: string): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at += 1
      else quoted = character !== '"'
    } else if (character === '"') quoted = true
    else if (character === '[' || character === '{') {
      depth += 1
      if (depth > MAX_DEPTH) return true
    } else if (character === ']' || character === '}') depth -= 1
  }
  return false
}
