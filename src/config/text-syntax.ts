// The grammars of configured texts. Addresses are in address-syntax.ts.

export { isScopeToken } from '../kernel/scope-syntax.ts'

/** Not empty, and without control characters. */
export function isPrintable (text: string): boolean {
  return text !== '' && !/\p{Cc}/u.test(text)
}

/** A host name or an IP address (IPv6 without brackets, with an optional zone such as `%eth0`). Nothing is resolved. */
export function isHostName (text: string): boolean {
  return /^(?:[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+(?:%\w+)?)$/.test(text)
}

/** The name of a server card: a namespace (a reversed domain), one slash, a name. */
export function isCardName (text: string): boolean {
  return text.length >= 3 && text.length <= 200 && /^[A-Za-z0-9.-]+\/[A-Za-z0-9._-]+$/.test(text)
}

/** A path of the file system: not blank, and without the NUL that no path may hold. */
export function isFilePath (text: string): boolean {
  return text.trim() !== '' && !text.includes('\0')
}

const ATTRIBUTE = /^\s*[\w.-]+=(?:[\x21\x23-\x24\x26-\x2b\x2d-\x7e]|%[0-9A-Fa-f]{2})*\s*$/

/** `name=value` pairs with commas between them, as OTEL_RESOURCE_ATTRIBUTES has them. */
export function isAttributeList (text: string): boolean {
  return text.split(',').every(pair => ATTRIBUTE.test(pair) && isDecodable(pair))
}

/** Whether each `%` begins the escape of a UTF-8 byte. */
export function isDecodable (text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

export function isOneOf<Word extends string> (words: readonly Word[], text: string): text is Word {
  return (words as readonly string[]).includes(text)
}
