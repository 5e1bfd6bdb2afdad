// Diagnoses what configuration says about the endpoint itself: the path behind a proxy, and the length of tokens. Both are shown only
// where they differ from what is usual, with what they open.

import { isOrigin } from '../config/address-syntax.ts'
import { authorizationServersOf } from '../config/authorization-servers.ts'
import type { ConfiguredEndpoint } from '../config/configured-endpoints.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { DEFAULT_TOKEN_CHARACTERS, OTHER_HEADERS_BYTES } from '../kernel/token-length.ts'
import { diagnoseResource } from './answers.ts'
import { good, type Diagnosis } from './diagnosis.ts'

/** One more endpoint of the process: for whom its tokens are, and where it is. Servers, storage and limits are those of the first one. */
export function diagnoseOtherEndpoint ({ path, config }: ConfiguredEndpoint): Diagnosis[] {
  const { resource: { identifier } } = config
  const servers = authorizationServersOf(config).map(({ server }) => server)
  return [diagnoseResource(identifier, servers), ...diagnoseEndpointPath(config)]
    .map(({ check, found, ...diagnosis }) => {
      return { ...diagnosis, check: `${path}.${check.replace(/^resource\./, '')}`, found: `${identifier}: ${found}` }
    })
}

export function diagnoseEndpoint (config: Pick<GatewayConfig, 'resource' | 'limits'>): Diagnosis[] {
  const { limits: { tokenCharacters } } = config
  const lines = diagnoseEndpointPath(config)
  if (tokenCharacters !== DEFAULT_TOKEN_CHARACTERS) {
    lines.push(good('limits.tokenCharacters', `tokens of up to ${tokenCharacters} characters, so that a request may have ` +
      `${tokenCharacters + OTHER_HEADERS_BYTES} bytes of headers before its client is known; a proxy in front needs as much`))
  }
  return lines
}

function diagnoseEndpointPath ({ resource: { identifier, endpointPath } }: Pick<GatewayConfig, 'resource'>): Diagnosis[] {
  const lines: Diagnosis[] = []
  if (endpointPath !== undefined && endpointPath !== new URL(identifier).pathname) {
    lines.push(good('resource.endpointPath', isOrigin(identifier)
      ? `the endpoint is at ${endpointPath}; tokens are for ${identifier}`
      : `a proxy has to send requests for ${identifier} to ${endpointPath} here. Audience, documents and proofs follow the identifier. ` +
        'If the proxy sends other public paths here too, what it limits by path does not hold for those'))
  }
  return lines
}
