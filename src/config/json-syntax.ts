// Finds the first syntax error in JSON text (RFC 8259). JSON.parse of Node.js 20 does not always report its place, and quotes the text.
// Written here because it serves one message at start: jsonc-parser would be one more production dependency for it.

const PUNCTUATION = /[{}[\],:]/
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/
const TOKEN = new RegExp(`[ \\t\\r\\n]*(?:${PUNCTUATION.source}|${STRING.source}|${NUMBER.source}|true|false|null)`, 'y')

export interface TextPlace {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

type Expectation = 'value' | 'first-value' | 'name' | 'first-name' | 'colon' | 'next'

/** The first place at which the text cannot be continued as JSON; `undefined` when it is JSON. */
export function findSyntaxError (text: string): TextPlace | undefined {
  const open: ('{' | '[')[] = []
  let expected: Expectation = 'value'
  let offset = 0
  while (expected !== 'next' || open.length > 0) {
    const token = tokenAt(text, offset)
    const after: Expectation | undefined = token === undefined ? undefined : advance(expected, token.text, open)
    if (token === undefined || after === undefined) return placeOf(text, offset)
    expected = after
    offset = token.end
  }
  return text.slice(offset).trim() === '' ? undefined : placeOf(text, offset)
}

function tokenAt (text: string, offset: number): { text: string, end: number } | undefined {
  TOKEN.lastIndex = offset
  const match = TOKEN.exec(text)
  return match === null ? undefined : { text: match[0].trim(), end: TOKEN.lastIndex }
}

/** What may follow this token; `undefined` when the token is not allowed here. */
function advance (expected: Expectation, token: string, open: ('{' | '[')[]): Expectation | undefined {
  const closes = (token === '}' && open.at(-1) === '{') || (token === ']' && open.at(-1) === '[')
  if (closes && (expected === 'next' || expected === 'first-value' || expected === 'first-name')) {
    open.pop()
    return 'next'
  }
  switch (expected) {
    case 'colon': return token === ':' ? 'value' : undefined
    case 'name':
    case 'first-name': return token.startsWith('"') ? 'colon' : undefined
    case 'next':
      if (token !== ',') return undefined
      return open.at(-1) === '{' ? 'name' : 'value'
    case 'value':
    case 'first-value':
      if (token === '{' || token === '[') {
        open.push(token)
        return token === '{' ? 'first-name' : 'first-value'
      }
      return /^[}\],:]$/.test(token) ? undefined : 'next'
  }
}

function placeOf (text: string, offset: number): TextPlace {
  const skipped = /^[ \t\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0
  const lines = text.slice(0, offset + skipped).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
