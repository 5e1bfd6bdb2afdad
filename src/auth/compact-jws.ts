// Decodes a JWS in compact serialization without verifying it. The result may be used to find a key or a server, and for nothing
// else.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { parseJsonBytes } from './server/json-body.ts'

export interface UnverifiedJws {
  readonly header: JsonObject
  /** Absent when the payload is not a JSON object. */
  readonly payload: JsonObject | undefined
}

/** Three parts with a non-empty signature: unsigned JWTs (RFC 7519 §6) do not match. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/**
 * @returns `undefined` for every other text, opaque tokens among them
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 */
export function readCompactJws (text: string): UnverifiedJws | undefined {
  const [, first = '', second = '', third = ''] = COMPACT.exec(text) ?? []
  // `{"` is "ey" in base64url: most opaque tokens are recognised without decoding.
  if (!first.startsWith('ey') || !isCanonical(third)) return undefined
  const header = readJsonObject(Buffer.from(first, 'base64url'))
  return header === undefined ? undefined : { header, payload: readJsonObject(Buffer.from(second, 'base64url')) }
}

/**
 * Whether the bits that are left over in the last character are zero (RFC 4648 §3.5). Other texts of the same signature would verify as
 * well: one token would have sixteen texts, with an entry in the cache and a hash in the log for each.
 */
function isCanonical (base64url: string): boolean {
  switch (base64url.length % 4) {
    case 2: return /[AQgw]$/.test(base64url)
    case 3: return /[AEIMQUYcgkosw048]$/.test(base64url)
    default: return base64url.length % 4 === 0
  }
}

/** @returns `undefined` when the bytes are not UTF-8, not JSON, or not an object; never throws */
export function readJsonObject (bytes: Uint8Array): JsonObject | undefined {
  const value = parseJsonBytes(bytes)
  return isJsonObject(value) ? value : undefined
}

/** The media type in `typ`, without `application/`, in lower case (RFC 7515 §4.1.9). */
export function readType ({ typ }: JsonObject): string | undefined {
  if (typeof typ !== 'string') return undefined
  const type = typ.toLowerCase()
  return type.startsWith('application/') ? type.slice('application/'.length) : type
}
