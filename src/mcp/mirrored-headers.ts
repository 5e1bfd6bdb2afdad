// Compares the headers that mirror the body (Mcp-Method, Mcp-Name) with the body. For requests of modern revisions only; the body
// remains the source of truth.

import type { Message } from './message.ts'

/** Values as received; `undefined` when absent. */
export interface MirroredHeaders {
  readonly protocolVersion: string | undefined
  readonly method: string | undefined
  readonly name: string | undefined
  /** The value of any other header, by its name in lower case. */
  readonly parameter: (name: string) => string | undefined
}

/** The parameter that `Mcp-Name` mirrors, for each method that has one. */
const NAMED_BY: Readonly<Record<string, 'name' | 'uri'>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri'
}

/**
 * @returns what is wrong, or undefined
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#server-validation
 */
export function checkMirroredHeaders (message: Message, headers: MirroredHeaders): string | undefined {
  if (headers.method === undefined) return 'Mcp-Method is missing'
  if (headers.method !== message.method) return 'Mcp-Method and the body name different methods'
  const parameter = Object.hasOwn(NAMED_BY, message.method) ? NAMED_BY[message.method] : undefined
  if (parameter === undefined) return undefined
  if (headers.name === undefined) return 'Mcp-Name is missing'
  const name = decodeHeaderValue(headers.name)
  if (name === undefined) return 'Mcp-Name is not encoded correctly'
  if (name !== message.params[parameter]) return 'Mcp-Name and the body name different things'
  return undefined
}

const SENTINEL = /^=\?base64\?(.*)\?=$/s
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/

/**
 * A plain header value, or the UTF-8 text inside `=?base64?…?=`.
 * @returns undefined when it is neither
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#value-encoding
 */
export function decodeHeaderValue (value: string): string | undefined {
  const encoded = SENTINEL.exec(value)?.[1]
  if (encoded === undefined) return PLAIN.test(value) ? value : undefined
  if (!BASE64.test(encoded)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'))
  } catch {
    return undefined
  }
}
