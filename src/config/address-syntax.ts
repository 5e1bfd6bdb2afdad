// The grammars of configured addresses: resource identifiers, issuers, endpoints, origins. Predicates on text; nothing is resolved.

import { isLoopbackHost } from '../kernel/loopback.ts'

export { isLoopbackHost }

const RESOURCE_PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/
/** Paths of the gateway's other routes, which the endpoint of the resource must not use. */
const OWN_PATHS = /^\/(?:\.well-known(?:\/|$)|health$|ready$|docs\/|policy\/|authorization-details-types$|txn-challenge-keys(?:\/|$)|metrics$)/

/** An absolute http or https URL without credentials; `undefined` for anything else. */
function parseHttpUrl (text: string): URL | undefined {
  if (!/^https?:\/\/[^\s]+$/i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url : undefined
}

/** Whether a request to this URL crosses a network unencrypted. */
export function isClearTextOffLoopback (url: string): boolean {
  const parsed = new URL(url)
  return parsed.protocol === 'http:' && !isLoopbackHost(parsed.hostname)
}

/**
 * A resource identifier is compared byte for byte with a token's audience, so it must be written the way a URL parser
 * would write it: lower-case scheme and host, no default port, no dot segments.
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-1.2
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 */
export function isResourceIdentifier (text: string): boolean {
  const url = parseHttpUrl(text)
  return isOrigin(text) || (url?.href === text && !/[?#]/.test(text) && isEndpointPath(url.pathname))
}

/** An identifier without a path: `resource.endpointPath` must then name the endpoint. */
export function isOrigin (text: string): boolean {
  return parseHttpUrl(text)?.origin === text && !text.includes('*')
}

function isEndpointPath (text: string): boolean {
  return RESOURCE_PATH.test(text) && !OWN_PATHS.test(text) && new URL(text, 'http://localhost').pathname === text
}

/** A path on this server: that of an endpoint, or `/` where a proxy strips the whole path. */
export function isLocalPath (text: string): boolean {
  return text === '/' || isEndpointPath(text)
}

/** @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
export function isIssuerIdentifier (text: string): boolean {
  return parseHttpUrl(text) !== undefined && !/[?#]/.test(text)
}

export function isEndpoint (text: string): boolean {
  return parseHttpUrl(text) !== undefined && !text.includes('#')
}

/** Scheme, host and port of an application with a scheme for itself, as in tauri://localhost. */
const APPLICATION_ORIGIN = /^(?!https?:|file:)[a-z][a-z0-9+.-]*:\/\/(?:[A-Za-z0-9._~-]+|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/

/**
 * The value of an `Origin` header: any scheme, a host and a port that is not the default; neither `null` nor a pattern.
 * @see https://www.rfc-editor.org/rfc/rfc6454#section-4
 */
export function isExactOrigin (text: string): boolean {
  return isOrigin(text) || APPLICATION_ORIGIN.test(text)
}
