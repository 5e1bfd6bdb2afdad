// What do many tokens say alike? An issuer, an audience, a few scopes, the same limits: each is kept once, however many grants
// are in the cache, and what is made of it later is made once. It reads no claim and judges none; what is long is not shared,
// so that nobody's token fills the memory.

import { frozenJson, frozenSet } from '../kernel/frozen.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { remembered } from '../kernel/remembered.ts'

/** Of each kind; beyond that all are forgotten, and shared anew from then on. */
const MAX_SHARED = 1000
const MAX_TEXT_LENGTH = 256
const MAX_DETAILS_LENGTH = 2048

const knownText = remembered(MAX_SHARED, (text: string) => text)
const knownAudience = remembered(MAX_SHARED, (audience: string): readonly string[] => Object.freeze([audience]))
const knownScopes = remembered(MAX_SHARED, scopesIn)
const knownDetails = remembered(MAX_SHARED, (text: string) => frozenJson(JSON.parse(text) as JsonObject))

export function sharedText (text: string): string {
  return text.length > MAX_TEXT_LENGTH ? text : knownText(text)
}

export function sharedAudience (audience: readonly string[]): readonly string[] {
  const [only, second] = audience
  if (only === undefined || second !== undefined || only.length > MAX_TEXT_LENGTH) return audience
  return knownAudience(only)
}

/** @param text scope tokens between blanks */
export function sharedScopes (text: string): ReadonlySet<string> {
  return text.length > MAX_TEXT_LENGTH ? scopesIn(text) : knownScopes(text)
}

function scopesIn (text: string): ReadonlySet<string> {
  return frozenSet(text.split(' ').filter(scope => scope !== ''))
}

/** The same value, or one that was received before and is equal to it; frozen, whichever it is. */
export function sharedDetails (received: JsonValue): JsonValue {
  const text = Array.isArray(received) ? textOf(received) : undefined
  return text === undefined ? frozenJson(received) : knownDetails(text)
}

/** What stands for this value and for no other; `undefined`: it is not shared. */
function textOf (received: JsonValue): string | undefined {
  try {
    const text = JSON.stringify(received)
    // A number too large for JSON.parse is Infinity, and JSON.stringify writes that as null: two values, one text.
    return text.length > MAX_DETAILS_LENGTH || text.includes('null') ? undefined : text
  } catch {
    // Nested too deeply to be written, though not to be read.
    return undefined
  }
}
