// Is this body JSON text? Bytes that are not UTF-8, and content said to be something else, are not.

import { isUtf8 } from 'node:buffer'
import type { ExchangeReply } from './exchange.ts'

const BYTE_ORDER_MARK = 0xfeff
const JSON_TYPE = /^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i

/** @returns `undefined` (which JSON cannot express) when the body is no JSON; never throws */
export function readJsonBody ({ contentType, body }: ExchangeReply): unknown {
  // A missing content type is forgiven, a wrong one is not: an HTML page has nothing to say about a token.
  if (contentType !== undefined && !JSON_TYPE.test(contentType)) return undefined
  return parseJsonBytes(body)
}

/** @returns `undefined` when the bytes are no UTF-8 or no JSON; never throws */
export function parseJsonBytes (bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) return undefined
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    // A byte order mark is no part of the text, as a decoder has it.
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
  } catch {
    return undefined
  }
}
