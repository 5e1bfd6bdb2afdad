// Is this text a signed JWT, and what does it claim of itself? Form only: nothing that is read here is verified, and nothing
// may be concluded from it but where to look for a key.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { parseJsonBytes } from './server/json-body.ts'

export interface UnverifiedJws {
  readonly header: JsonObject
  /** Absent when the payload is no JSON object. */
  readonly payload: JsonObject | undefined
}

/** Three parts, the last of them not empty: an unsigned JWT (RFC 7519 §6) is none to us. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/

/**
 * The compact serialization taken apart; `undefined` for everything else, opaque tokens above all.
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 */
export function readCompactJws (text: string): UnverifiedJws | undefined {
  const [, first = '', second = ''] = COMPACT.exec(text) ?? []
  // `{"` begins with "ey": most opaque tokens are told from JWTs without decoding anything.
  if (!first.startsWith('ey')) return undefined
  const header = readJsonObject(Buffer.from(first, 'base64url'))
  return header === undefined ? undefined : { header, payload: readJsonObject(Buffer.from(second, 'base64url')) }
}

/** `undefined` when the bytes are no UTF-8, no JSON, or no object; never throws. */
export function readJsonObject (bytes: Uint8Array): JsonObject | undefined {
  const value = parseJsonBytes(bytes)
  return isJsonObject(value) ? value : undefined
}

/** A media type as `typ` states it: without `application/`, in lower case (RFC 7515 §4.1.9). */
export function readType ({ typ }: JsonObject): string | undefined {
  if (typeof typ !== 'string') return undefined
  const type = typ.toLowerCase()
  return type.startsWith('application/') ? type.slice('application/'.length) : type
}
