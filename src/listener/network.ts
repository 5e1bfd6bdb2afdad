// The network of a client's address: the unit in which connections are shared out. An IPv4 address is one network; of an IPv6 address
// it is the first 64 bits, because one client has all addresses below them (RFC 6177 section 2).

import { isIPv6 } from 'node:net'

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const GROUPS = 8
const NETWORK_GROUPS = 4

/**
 * @param address as Node.js writes it; `undefined` for a socket that is closed already
 * @example networkOf('2001:db8::1') // '2001:db8:0:0::/64'
 */
export function networkOf (address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const mapped = MAPPED_IPV4.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = tail === undefined ? 0 : Math.max(GROUPS - first.length - last.length, 0)
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last]
  return `${groups.slice(0, NETWORK_GROUPS).map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

function groupsOf (part: string): string[] {
  return part === '' ? [] : part.split(':')
}
