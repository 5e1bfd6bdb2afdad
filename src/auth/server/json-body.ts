// Parses the body of a reply as JSON. Bytes that are not UTF-8 and bodies with another content type are not JSON.

import { memoizeLast } from '../../kernel/memoize.ts'
import type { ExchangeReply } from './exchange.ts'

/** Throws on bytes that are not UTF-8, and drops a byte order mark. One step: docs/performance.md#introspection-request */
const decoder = new TextDecoder('utf-8', { fatal: true })
const JSON_TYPE = /^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i
const isJsonType = memoizeLast((contentType: string) => JSON_TYPE.test(contentType))

/** A missing content type is accepted, a wrong one is not: an HTML page says nothing about a token. */
export function hasJsonType ({ contentType }: Pick<ExchangeReply, 'contentType'>): boolean {
  return contentType === undefined || isJsonType(contentType)
}

/** @returns `undefined` (which JSON cannot express) when the body is not JSON; never throws */
export function readJsonBody (reply: ExchangeReply): unknown {
  return hasJsonType(reply) ? parseJsonBytes(reply.body) : undefined
}

/** @returns `undefined` when the bytes are not UTF-8 or not JSON; never throws */
export function parseJsonBytes (bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}
