// The endpoint to check, and the well-known addresses of its documents. Pure: nothing is fetched.

import { isLoopbackHost } from '../kernel/loopback.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { classOfHost, mayReach, type AddressClass } from './address-class.ts'

export interface Target {
  /** The endpoint as a client writes it; `resource` in the metadata must equal it. */
  readonly url: string
  readonly endpoint: URL
  /** The well-known string between host and path (RFC 9728 §3.1). */
  readonly pathMetadata: URL
  /** At the root of the origin, the last address that clients try. Equal to `pathMetadata` when the endpoint has no path. */
  readonly rootMetadata: URL
  /** Whether plain http is safe, because nothing leaves this machine. */
  readonly loopback: boolean
  /** Where the endpoint is. Before its name is resolved, as far as the text tells. */
  readonly reach: AddressClass
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** @returns an error is a sentence for the command line */
export function parseTarget (text: string): Result<Target, string> {
  if (!/^https?:\/\/[^\s]+$/i.test(text) || !URL.canParse(text)) {
    return err('expected the address of an MCP endpoint, such as https://mcp.example.com/mcp')
  }
  const endpoint = new URL(text)
  if (endpoint.username !== '' || endpoint.password !== '') return err('expected an address without user name and password')
  if (/[?#]/.test(text)) return err('expected an address without query and fragment')
  const path = endpoint.pathname === '/' ? '' : endpoint.pathname
  return ok({
    // `https://host` and `https://host/` are one address, and clients write the shorter one.
    url: path === '' ? endpoint.origin : endpoint.href,
    endpoint,
    pathMetadata: new URL(`${WELL_KNOWN}${path}`, endpoint.origin),
    rootMetadata: new URL(WELL_KNOWN, endpoint.origin),
    loopback: isLoopbackHost(endpoint.hostname),
    reach: classOfHost(endpoint.hostname) ?? 'global'
  })
}

/**
 * The addresses at which the metadata of an issuer may be, in the order in which MCP clients try them. Independent of the code
 * of the gateway, so that both cannot share a mistake.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/authorization-server-discovery
 */
export function serverMetadataAddresses (issuer: URL): URL[] {
  const path = issuer.pathname.replace(/\/$/, '')
  const candidates = [`/.well-known/oauth-authorization-server${path}`, `/.well-known/openid-configuration${path}`]
  if (path !== '') candidates.push(`${path}/.well-known/openid-configuration`)
  return candidates.map(candidate => new URL(candidate, issuer.origin))
}

/**
 * Whether an address that the server named may be fetched, as far as its text tells: the addresses of a name are judged when it is
 * resolved (route.ts). A remote server must not direct requests to this machine.
 */
export function mayFollow ({ loopback, reach }: Target, address: URL): boolean {
  if (address.username !== '' || address.password !== '') return false
  if (address.protocol !== 'https:' && !(address.protocol === 'http:' && loopback)) return false
  const named = classOfHost(address.hostname)
  return named === undefined || mayReach(reach, named)
}
