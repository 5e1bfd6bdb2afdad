// What is to be checked, and where are its documents? Reads the address a person typed; fetches nothing.

import { isLoopbackHost } from '../kernel/loopback.ts'
import { err, ok, type Result } from '../kernel/result.ts'

export interface Target {
  /** The endpoint as a client writes it, which is what `resource` must equal. */
  readonly url: string
  readonly endpoint: URL
  /** RFC 9728 §3.1: the well-known string goes between host and path. */
  readonly pathMetadata: URL
  /** At the root of the origin, where clients look last. The same address when the endpoint has no path. */
  readonly rootMetadata: URL
  readonly loopback: boolean
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** An error is a sentence for the person. */
export function parseTarget (text: string): Result<Target, string> {
  if (!/^https?:\/\/[^\s]+$/i.test(text) || !URL.canParse(text)) return err('expected the address of an MCP endpoint, such as https://mcp.example.com/mcp')
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
    loopback: isLoopbackHost(endpoint.hostname)
  })
}

/**
 * The addresses at which the metadata of an issuer may be, in the order in which MCP clients try them. Written anew
 * here: a check that shared code with what it checks would share its mistakes.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/authorization-server-discovery
 */
export function serverMetadataAddresses (issuer: URL): URL[] {
  const path = issuer.pathname.replace(/\/$/, '')
  const candidates = [`/.well-known/oauth-authorization-server${path}`, `/.well-known/openid-configuration${path}`]
  if (path !== '') candidates.push(`${path}/.well-known/openid-configuration`)
  return candidates.map(candidate => new URL(candidate, issuer.origin))
}

/** May an address that the server named be fetched? A server out there must not send this machine to itself. */
export function mayFollow ({ loopback }: Target, address: URL): boolean {
  if (address.username !== '' || address.password !== '') return false
  if (address.protocol !== 'https:' && address.protocol !== 'http:') return false
  return loopback || (address.protocol === 'https:' && !isLoopbackHost(address.hostname))
}
