// Which values may be shown? Texts are cut, and what looks like a secret becomes its first characters: a claim or a limit that an
// authorization server sends may hold anything. Numbers and lists of both are shown; objects are not.

import type { ShownValue } from './shown-request.ts'

const MAX_CHARACTERS = 200
const MAX_ITEMS = 20
const SHOWN_OF_A_SECRET = 6
/** Three parts of base64url: a signed token. */
const COMPACT = /[\w-]{8,}\.[\w-]{8,}\.[\w-]+/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** A run of characters as random secrets have it: no word is as long. */
const LONG_RUN = /[\w+/~-]{24,}/
/** The folders of a path are names, and those that are as long seldom have digits and both cases. */
const MIXED_CHARACTERS = 12
/** In a text of ASCII; 0x7f is a control character too. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** @returns the text, or its beginning and an ellipsis */
export function shownText (text: string): string {
  const plain = text.slice(0, MAX_CHARACTERS + 1).replace(CONTROL, ' ')
  if (!UUID.test(plain) && looksSecret(plain)) return `${plain.slice(0, SHOWN_OF_A_SECRET)}…`
  return plain.length > MAX_CHARACTERS ? `${plain.slice(0, MAX_CHARACTERS)}…` : plain
}

/** Words joined by hyphens are long too; a secret has digits or both cases among its letters. */
function looksSecret (text: string): boolean {
  if (COMPACT.test(text) && !text.includes('://')) return true
  if (text.startsWith('/')) return text.split('/').some(segment => hasSecretRun(segment) || isMixed(segment))
  return hasSecretRun(text.includes('://') ? text.slice(text.indexOf('?') + 1 || text.length) : text)
}

function hasSecretRun (text: string): boolean {
  const run = LONG_RUN.exec(text)?.[0]
  return run !== undefined && (/\d/.test(run) || (/[a-z]/.test(run) && /[A-Z]/.test(run)))
}

/** Base64 may begin with a slash and have another one; what is between two of them has all three kinds of characters. */
function isMixed (segment: string): boolean {
  return segment.length >= MIXED_CHARACTERS && /\d/.test(segment) && /[a-z]/.test(segment) && /[A-Z]/.test(segment)
}

/** `undefined`: this is nothing that is shown. */
export function shownValue (value: unknown): ShownValue | undefined {
  if (value === null || typeof value === 'number') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return shownText(value)
  if (!Array.isArray(value)) return undefined
  const items: Array<string | number> = []
  for (const item of value.slice(0, MAX_ITEMS) as unknown[]) {
    if (typeof item === 'number') items.push(item)
    else if (typeof item === 'string') items.push(shownText(item))
  }
  return items.length === value.length ? items : [...items, '…']
}

/** More digits would be noise. */
export function hundredths (milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
