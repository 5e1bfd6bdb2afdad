// Is this body JSON text? Bytes that are not UTF-8, and content said to be something else, are not.

import { lastMade } from '../../kernel/remembered.ts'
import type { ExchangeReply } from './exchange.ts'

/** Throws at what is not UTF-8, and leaves a byte order mark out. */
const decoder = new TextDecoder('utf-8', { fatal: true })
const JSON_TYPE = /^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i
const isJsonType = lastMade((contentType: string) => JSON_TYPE.test(contentType))

/** @returns `undefined` (which JSON cannot express) when the body is no JSON; never throws */
export function readJsonBody ({ contentType, body }: ExchangeReply): unknown {
  // A missing content type is forgiven, a wrong one is not: an HTML page has nothing to say about a token.
  if (contentType !== undefined && !isJsonType(contentType)) return undefined
  return parseJsonBytes(body)
}

/** @returns `undefined` when the bytes are no UTF-8 or no JSON; never throws */
export function parseJsonBytes (bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}
