// The addresses of the gateway: paths on this server, and public URLs for documents, challenges and proofs. They follow from configuration;
// nothing is taken from `Host`, `Forwarded` or the request target. Behind a proxy that strips a prefix the two differ.

/** Paths on this server, and absolute URLs for documents and challenges. */
export interface Addresses {
  readonly resource: string
  /** The origin of the resource: the realm of every challenge. */
  readonly origin: string
  /** What a proxy strips from the path of a request; '' without such a proxy. */
  readonly strippedPrefix: string
  readonly endpointPath: string
  readonly toolsPath: string
  /** The place that the draft of server cards (SEP-2127) recommends. */
  readonly serverCardPath: string
  readonly docsPath: string
  readonly policyPath: string
  /** Where the proxy, if there is one, sends requests for `metadataUrl`. */
  readonly metadataPath: string
  /** RFC 9728 §3.1: the well-known string goes between the host and the path of the resource identifier. */
  readonly identifierMetadataPath: string
  readonly rootMetadataPath: string
  /** Like the metadata: one for this resource, one at the root for clients that know the origin alone. */
  readonly detailsTypesPath: string
  readonly rootDetailsTypesPath: string
  /** The public keys of transaction challenges. */
  readonly transactionKeysPath: string
  /** The `htu` of a DPoP proof for the endpoint (RFC 9449 §4.2). */
  readonly endpointUrl: string
  readonly metadataUrl: string
  readonly toolsUrl: string
  readonly docsUrl: string
  readonly policyUrl: string
  readonly detailsTypesUrl: string
  readonly transactionKeysUrl: string
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const DETAILS_TYPES = '/authorization-details-types'
const TRANSACTION_KEYS = '/txn-challenge-keys'

/**
 * @param resource absolute http or https URI without query and fragment, as configuration has checked
 * @param localPath the path of the endpoint on this server, where it is not that of `resource`: the resource has none, or a proxy strips
 *   a prefix (`/my-service` of `/my-service/mcp`), or puts another path in place of the whole (`/my-service` becomes `/mcp`)
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-3.1
 */
export function addressesOf (resource: string, localPath?: string): Addresses {
  const { origin, pathname } = new URL(resource)
  const path = withoutSlash(pathname)
  const local = withoutSlash(localPath ?? pathname)
  const endpoint = path === '' ? local : path
  const { stripped, publicBase, localBase, tail } = placesOf(endpoint, local)
  // Without a proxy the metadata are where RFC 9728 puts them; a proxy for a prefix may not pass that address on.
  const metadataTail = endpoint === local ? path : tail
  return {
    resource,
    origin,
    strippedPrefix: stripped,
    endpointPath: local === '' ? '/' : local,
    toolsPath: `${local}/tools`,
    serverCardPath: `${local}/server-card`,
    docsPath: `${localBase}/docs${tail}`,
    policyPath: `${localBase}/policy${tail}`,
    metadataPath: `${localBase}${WELL_KNOWN}${metadataTail}`,
    identifierMetadataPath: `${WELL_KNOWN}${path}`,
    rootMetadataPath: WELL_KNOWN,
    detailsTypesPath: `${localBase}${DETAILS_TYPES}${metadataTail}`,
    rootDetailsTypesPath: DETAILS_TYPES,
    transactionKeysPath: `${localBase}${TRANSACTION_KEYS}${metadataTail}`,
    endpointUrl: endpoint === '' ? `${origin}/` : `${origin}${endpoint}`,
    metadataUrl: `${origin}${publicBase}${WELL_KNOWN}${metadataTail}`,
    toolsUrl: `${origin}${endpoint}/tools`,
    docsUrl: `${origin}${publicBase}/docs${tail}`,
    policyUrl: `${origin}${publicBase}/policy${tail}`,
    detailsTypesUrl: `${origin}${publicBase}${DETAILS_TYPES}${metadataTail}`,
    transactionKeysUrl: `${origin}${publicBase}${TRANSACTION_KEYS}${metadataTail}`
  }
}

/** How a path of the documents is made: a base, which differs outside and here, the name of the document, and a tail. */
interface Places {
  readonly stripped: string
  readonly publicBase: string
  readonly localBase: string
  readonly tail: string
}

function placesOf (endpoint: string, local: string): Places {
  if (endpoint.endsWith(local)) {
    const stripped = endpoint.slice(0, endpoint.length - local.length)
    return { stripped, publicBase: stripped, localBase: '', tail: local }
  }
  // Of other paths it is only known that the proxy changes the endpoint: documents are below it.
  return { stripped: '', publicBase: endpoint, localBase: local, tail: '' }
}

function withoutSlash (path: string): string {
  return path === '/' ? '' : path
}
