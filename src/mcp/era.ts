// Parses the era of a message: modern messages state their revision in `_meta` and in a header, all others are legacy. The era changes
// the form of the answer, never the decision.

import { isJsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { metaOf, type Message } from './message.ts'
import { checkMirroredHeaders, type MirroredHeaders } from './mirrored-headers.ts'
import { headerMismatch, invalidParams, unsupportedVersion, type ProtocolError } from './protocol-error.ts'
import { LEGACY_VERSIONS, META, MODERN_VERSIONS } from './protocol.ts'

/** `version` of a legacy message is what its header says; the first requests of a client have none. */
export type Era =
  | { readonly kind: 'modern', readonly version: string }
  | { readonly kind: 'legacy', readonly version: string | undefined }

const MODERN: ReadonlySet<string> = new Set(MODERN_VERSIONS)
const LEGACY: ReadonlySet<string> = new Set(LEGACY_VERSIONS)
const LEGACY_WITHOUT_HEADER: Era = { kind: 'legacy', version: undefined }

/**
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#backward-compatibility-with-initialization-based-versions
 */
export function parseEra (message: Message, headers: MirroredHeaders): Result<Era, ProtocolError> {
  const id = message.kind === 'request' ? message.id : undefined
  const meta = metaOf(message.params)
  const stated = meta?.[META.protocolVersion] ?? undefined
  const header = headers.protocolVersion

  if (stated === undefined) {
    if (header === undefined) return ok(LEGACY_WITHOUT_HEADER)
    if (LEGACY.has(header)) return ok({ kind: 'legacy', version: header })
    if (!MODERN.has(header)) return err(unsupportedVersion(printable(header), id))
    // The modern revision defines no client notification over HTTP, and so requires no metadata in one.
    if (message.kind === 'notification') return ok({ kind: 'modern', version: header })
    return err(invalidParams(400, `_meta lacks ${META.protocolVersion}`, id))
  }

  if (typeof stated !== 'string') return err(invalidParams(400, `${META.protocolVersion} must be a string`, id))
  if (header === undefined) return err(headerMismatch('MCP-Protocol-Version is missing', id))
  if (header !== stated) return err(headerMismatch('MCP-Protocol-Version and the body name different revisions', id))
  // Discovery lists the legacy revisions too, so a client may state one of them in `_meta`.
  if (LEGACY.has(stated)) return ok({ kind: 'legacy', version: stated })
  if (!MODERN.has(stated)) return err(unsupportedVersion(printable(stated), id))
  if (message.kind === 'request') {
    const mismatch = checkMirroredHeaders(message, headers)
    if (mismatch !== undefined) return err(headerMismatch(mismatch, id))
    if (!isJsonObject(meta?.[META.clientCapabilities])) {
      return err(invalidParams(400, `_meta lacks ${META.clientCapabilities}`, id))
    }
  }
  return ok({ kind: 'modern', version: stated })
}

/** Text of the client that an answer may quote: short, and without control characters. */
function printable (version: string): string {
  return version.slice(0, 32).replace(/[^\x20-\x7e]/g, '?')
}
