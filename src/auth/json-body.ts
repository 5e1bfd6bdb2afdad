// Is this body JSON text? Bytes that are not UTF-8, and content said to be something else, are not.

import type { ExchangeReply } from './exchange.ts'

const JSON_TYPE = /^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @returns `undefined` (which JSON cannot express) when the body is no JSON; never throws */
export function readJsonBody ({ contentType, body }: ExchangeReply): unknown {
  // A missing content type is forgiven, a wrong one is not: an HTML page has nothing to say about a token.
  if (contentType !== undefined && !JSON_TYPE.test(contentType)) return undefined
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    return undefined
  }
}
