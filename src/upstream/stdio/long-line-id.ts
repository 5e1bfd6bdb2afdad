// Finds out which request a line answers that is too long to be read: from its beginning or its end, where servers write the id. Quotes
// inside texts of JSON are escaped, so no text of a result can imitate one.

const AT_HEAD = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*,/
const AT_TAIL = /[}\]"\dle]\s*,\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/

export function idOfLongLine (head: string, tail: string): number | undefined {
  const digits = (AT_HEAD.exec(head) ?? AT_TAIL.exec(tail))?.[1]
  return digits === undefined ? undefined : Number(digits)
}
