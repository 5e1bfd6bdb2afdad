// What can be said of a JSON text before it is parsed. JSON.parse takes a millisecond for an object with several thousand different
// names, ten times as long as reading the text here: docs/performance.md#excessive-json

const QUOTE = 0x22
const COLON = 0x3A
const BACKSLASH = 0x5C
const OPEN_LIST = 0x5B
const CLOSE_LIST = 0x5D
const OPEN_OBJECT = 0x7B
const CLOSE_OBJECT = 0x7D
/** The shortest member: `"a":1,`. The shortest level: `[]`. */
const LEAST_OF_MEMBER = 6
const LEAST_OF_LEVEL = 2

export interface JsonLimits {
  /** Of one object. Members with the same name are all counted. */
  readonly members: number
  /** Objects and lists within each other. */
  readonly depth: number
  /** Objects and lists altogether. */
  readonly nodes: number
}

/**
 * Which limit a JSON text exceeds first.
 * @param text may be no JSON: then the result means nothing, and JSON.parse refuses the text
 * @example findExcess('{"a":{"b":1,"c":2}}', { members: 1, depth: 9, nodes: 9 }) // 'members'
 */
export function findExcess (text: string, limits: JsonLimits): keyof JsonLimits | undefined {
  const { members: mostMembers, depth: mostDepth, nodes: mostNodes } = limits
  if (text.length < Math.min(mostMembers * LEAST_OF_MEMBER, mostDepth * LEAST_OF_LEVEL, mostNodes * LEAST_OF_LEVEL)) return undefined
  /** Members so far of the objects around the innermost one. */
  const around: number[] = []
  let members = 0
  let depth = 0
  let nodes = 0
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index)
        break
      case OPEN_LIST:
        depth += 1
        nodes += 1
        break
      case CLOSE_LIST:
        depth -= 1
        break
      case OPEN_OBJECT:
        depth += 1
        nodes += 1
        around.push(members)
        members = 0
        break
      case CLOSE_OBJECT:
        depth -= 1
        members = around.pop() ?? 0
        break
      case COLON:
        members += 1
        break
    }
    if (members > mostMembers) return 'members'
    if (depth > mostDepth) return 'depth'
    if (nodes > mostNodes) return 'nodes'
  }
  return undefined
}

/** @returns the place of the quote that ends the string which begins at `start`; the length of the text when none does */
export function endOfString (text: string, start: number): number {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end === -1) return text.length
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return end
  }
}
