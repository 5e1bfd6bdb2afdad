// Whether a request says that its client follows refusals: it declares the extension of MCP SEP-2643, or it names the refusal that it
// retries. Such a client gets 401, on which alone draft-ietf-oauth-rar-metadata-remediation-00 section 7.1 acts; every other one gets
// 403, because clients that do not know the error take a 401 for a bad token and ask the person again.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { DENIALS_EXTENSION } from './declared-extensions.ts'
import { META } from './protocol.ts'

/** @param retryOf the handle or reference that the request echoes */
export function followsRefusals (meta: JsonObject | undefined, retryOf: string | undefined): boolean {
  if (retryOf !== undefined) return true
  const capabilities = meta?.[META.clientCapabilities]
  const extensions = isJsonObject(capabilities) ? capabilities['extensions'] : undefined
  return isJsonObject(extensions) && Object.hasOwn(extensions, DENIALS_EXTENSION) && isJsonObject(extensions[DENIALS_EXTENSION])
}
