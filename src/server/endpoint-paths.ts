// Whether the endpoints of one server have paths of their own on its listener. Each has more than one: its documents, its table of tools
// and
// its server card, so that `/mcp/tools` cannot be an endpoint beside `/mcp`.

import type { ConfiguredEndpoint } from '../config/configured-endpoints.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import { addressesOf, type Addresses } from '../http/addresses.ts'

export function endpointPathMistakes (endpoints: readonly ConfiguredEndpoint[], source: string): ConfigMistake[] {
  const ownerOf = new Map<string, string>()
  return endpoints.flatMap(({ path, config: { resource } }, index) => {
    const addresses = addressesOf(resource.identifier, resource.endpointPath)
    const atRoot = index === 0 ? [addresses.rootMetadataPath, addresses.rootDetailsTypesPath] : []
    const paths = [...pathsOf(addresses), ...atRoot]
    const taken = paths.find(own => ownerOf.has(own))
    for (const own of paths) if (!ownerOf.has(own)) ownerOf.set(own, path)
    if (taken === undefined) return []
    const member = resource.endpointPath === undefined ? 'identifier' : 'endpointPath'
    return [{ path: `${path}.${member}`, source, expected: `expected another path: ${taken} is a path of ${ownerOf.get(taken) ?? ''}` }]
  })
}

/** Without the documents at the root, which are those of the first endpoint. */
function pathsOf (addresses: Addresses): readonly string[] {
  const {
    endpointPath, toolsPath, serverCardPath, docsPath, policyPath, metadataPath, identifierMetadataPath, detailsTypesPath
  } = addresses
  return [...new Set([
    endpointPath, toolsPath, serverCardPath, docsPath, policyPath, metadataPath, identifierMetadataPath, detailsTypesPath
  ])]
}
