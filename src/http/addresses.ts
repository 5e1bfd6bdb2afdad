// The gateway's paths and public URLs, all derived from the configured resource identifier; never from `Host`, `Forwarded` or the
// request target.

/** Paths on this server, and absolute URLs for documents and challenges. */
export interface Addresses {
  readonly resource: string
  /** The origin of the resource: the realm of every challenge. */
  readonly origin: string
  readonly endpointPath: string
  readonly toolsPath: string
  /** The place that the draft of server cards (SEP-2127) recommends. */
  readonly serverCardPath: string
  readonly docsPath: string
  readonly policyPath: string
  /** RFC 9728 §3.1: the well-known string goes between the host and the path of the resource identifier. */
  readonly metadataPath: string
  readonly rootMetadataPath: string
  /** Like the metadata: one for this resource, one at the root for clients that know the origin alone. */
  readonly detailsTypesPath: string
  readonly rootDetailsTypesPath: string
  /** The `htu` of a DPoP proof for the endpoint (RFC 9449 §4.2). */
  readonly endpointUrl: string
  readonly metadataUrl: string
  readonly toolsUrl: string
  readonly docsUrl: string
  readonly policyUrl: string
  readonly detailsTypesUrl: string
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const DETAILS_TYPES = '/authorization-details-types'

/**
 * @param resource absolute http or https URI without query and fragment, as configuration has checked
 * @param ownEndpointPath the path of the endpoint, for a resource identifier without a path
 * @example addressesOf('https://mcp.example/mcp').metadataPath // /.well-known/oauth-protected-resource/mcp
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-3.1
 */
export function addressesOf (resource: string, ownEndpointPath?: string): Addresses {
  const { origin, pathname } = new URL(resource)
  const path = pathname === '/' ? '' : pathname
  const endpointPath = ownEndpointPath ?? pathname
  return {
    resource,
    origin,
    endpointPath,
    toolsPath: `${endpointPath}/tools`,
    serverCardPath: `${endpointPath}/server-card`,
    docsPath: `/docs${endpointPath}`,
    policyPath: `/policy${endpointPath}`,
    metadataPath: `${WELL_KNOWN}${path}`,
    rootMetadataPath: WELL_KNOWN,
    detailsTypesPath: `${DETAILS_TYPES}${path}`,
    rootDetailsTypesPath: DETAILS_TYPES,
    endpointUrl: `${origin}${endpointPath}`,
    metadataUrl: `${origin}${WELL_KNOWN}${path}`,
    toolsUrl: `${origin}${endpointPath}/tools`,
    docsUrl: `${origin}/docs${endpointPath}`,
    policyUrl: `${origin}/policy${endpointPath}`,
    detailsTypesUrl: `${origin}${DETAILS_TYPES}${path}`
  }
}
