// Recognises secrets that were never filled in, such as `changeme` or `<your secret>`, and secrets with next to no information, such as
// `xxxxxxxx`. It does not measure strength: the tutorial's published `mcp-server-secret` is accepted.

import { isPrintable } from './text-syntax.ts'

const SLOT = /^(?:<.*>|\$\{.*\}|\{\{.*\}\}|\[.*\])$/s
/** The words of templates. A secret that consists of nothing else was never filled in. */
const TEMPLATE_WORDS: ReadonlySet<string> = new Set([
  'a', 'an', 'the', 'my', 'your', 'our', 'this', 'some', 'here', 'in', 'with', 'to', 'it', 'me', 'of', 'for', 'by',
  'change', 'changed', 'changeme', 'changeit', 'replace', 'replaceme', 'insert', 'enter', 'put', 'set', 'fill', 'fixme', 'todo', 'tbd',
  'default', 'example', 'sample', 'dummy', 'placeholder', 'value', 'string', 'real', 'strong', 'random', 'long',
  'client', 'app', 'application', 'api', 'shared', 'access', 'bearer', 'jwt', 'oauth',
  'secret', 'secrets', 'password', 'passwd', 'pass', 'passphrase', 'token', 'key', 'credential', 'credentials'
])
/** In a secret that a server may have chosen: enough to tell it from `xxxxxxxx` and `12345678`. */
const LEAST_BITS = 8
/** In a secret that is a key. 32 hexadecimal digits chosen at random have about 120. */
const LEAST_BITS_OF_KEY = 64

/** True for an empty text, a slot such as `<your secret>`, words that templates use, and a text that repeats itself or counts. */
export function isPlaceholderSecret (secret: string): boolean {
  const text = secret.trim()
  if (text === '' || SLOT.test(text)) return true
  const words = text.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/).filter(word => word !== '')
  return (words.length > 0 && words.every(isTemplateWord)) || informationBits(text) < LEAST_BITS
}

/** The grammar of a secret in the configuration. */
export function isSecret (value: string): boolean {
  return isPrintable(value) && !isPlaceholderSecret(value)
}

/** Of a secret that is used as a key. */
export function isLongSecret (value: string): boolean {
  return value.length >= 32 && isSecret(value) && informationBits(value) >= LEAST_BITS_OF_KEY
}

/** Words are also written together: `yoursecrethere`. */
function isTemplateWord (word: string): boolean {
  if (TEMPLATE_WORDS.has(word) || /^x+$/.test(word)) return true
  for (let end = 2; end < word.length; end += 1) {
    if (TEMPLATE_WORDS.has(word.slice(0, end)) && isTemplateWord(word.slice(end))) return true
  }
  return false
}

/**
 * An upper bound in bits: how often a choice was made, times the number of different choices. Steps between neighbours count as well as
 * characters, so that `12345678` and `abababab` have little.
 */
function informationBits (text: string): number {
  const codes = Array.from(text, character => character.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  return steps.length * Math.log2(Math.max(1, Math.min(new Set(codes).size, new Set(steps).size)))
}
