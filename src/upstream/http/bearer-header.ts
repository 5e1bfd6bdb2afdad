// Adds the token that was issued for a server to the headers of one request to it
// (https://www.rfc-editor.org/rfc/rfc6750#section-2.1).

import type { UpstreamCredential } from '../upstream-port.ts'

/** @param headers names and values in turn */
export function withCredential (headers: readonly string[], credential: UpstreamCredential | undefined): readonly string[] {
  return credential === undefined ? headers : [...headers, 'authorization', credential.bearer()]
}
