// Diagnoses what configuration says about the endpoint itself: the path behind a proxy, and the length of tokens. Both are shown only
// where they differ from what is usual, with what they open.

import { isOrigin } from '../config/address-syntax.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { DEFAULT_TOKEN_CHARACTERS, OTHER_HEADERS_BYTES } from '../kernel/token-length.ts'
import { good, type Diagnosis } from './diagnosis.ts'

export function diagnoseEndpoint ({ resource, limits: { tokenCharacters } }: Pick<GatewayConfig, 'resource' | 'limits'>): Diagnosis[] {
  const { identifier, endpointPath } = resource
  const lines: Diagnosis[] = []
  if (endpointPath !== undefined && endpointPath !== new URL(identifier).pathname) {
    lines.push(good('resource.endpointPath', isOrigin(identifier)
      ? `the endpoint is at ${endpointPath}; tokens are for ${identifier}`
      : `a proxy has to send requests for ${identifier} to ${endpointPath} here. Audience, documents and proofs follow the identifier. ` +
        'If the proxy sends other public paths here too, what it limits by path does not hold for those'))
  }
  if (tokenCharacters !== DEFAULT_TOKEN_CHARACTERS) {
    lines.push(good('limits.tokenCharacters', `tokens of up to ${tokenCharacters} characters, so that a request may have ` +
      `${tokenCharacters + OTHER_HEADERS_BYTES} bytes of headers before its client is known; a proxy in front needs as much`))
  }
  return lines
}
