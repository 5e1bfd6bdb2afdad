// Classes of IP addresses: whether a connection ends on this machine, in a private network, or on the public Internet.
// Only 2000::/3 of IPv6 is public; 0.0.0.0 and :: lead to this machine. https://www.iana.org/assignments/iana-ipv6-special-registry

import { BlockList, isIP } from 'node:net'
import { isLoopbackHost } from '../kernel/loopback.ts'

/** `reserved`: multicast, documentation, benchmarks, tunnels and everything that is not assigned. */
export type AddressClass = 'global' | 'private' | 'link-local' | 'loopback' | 'reserved'

type Subnet = readonly [network: string, prefix: number]

const IPV4: ReadonlyArray<readonly [AddressClass, BlockList]> = [
  ['loopback', listOf('ipv4', [['127.0.0.0', 8], ['0.0.0.0', 32]])],
  ['private', listOf('ipv4', [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10]])],
  ['link-local', listOf('ipv4', [['169.254.0.0', 16]])],
  ['reserved', listOf('ipv4', [
    ['0.0.0.0', 8], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['198.18.0.0', 15], ['198.51.100.0', 24],
    ['203.0.113.0', 24], ['224.0.0.0', 3]
  ])]
]
const IPV6: ReadonlyArray<readonly [AddressClass, BlockList]> = [
  ['loopback', listOf('ipv6', [['::', 127]])],
  ['private', listOf('ipv6', [['fc00::', 7], ['64:ff9b:1::', 48]])],
  ['link-local', listOf('ipv6', [['fe80::', 10]])],
  ['reserved', listOf('ipv6', [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]])],
  ['global', listOf('ipv6', [['2000::', 3]])]
]
/** IPv4-mapped, and NAT64 (RFC 6052 §2.1): the last four bytes are an IPv4 address, and the connection ends there. */
const WITH_IPV4 = listOf('ipv6', [['::ffff:0:0', 96], ['64:ff9b::', 96]])

/** @param address as `dns.lookup` writes it, with or without a zone; text that is no address is `reserved` */
export function classOfAddress (address: string): AddressClass {
  const [plain = ''] = address.split('%')
  const version = isIP(plain)
  if (version === 0) return 'reserved'
  if (version === 4) return IPV4.find(([, list]) => list.check(plain, 'ipv4'))?.[0] ?? 'global'
  if (WITH_IPV4.check(plain, 'ipv6')) return classOfAddress(ipv4In(plain))
  return IPV6.find(([, list]) => list.check(plain, 'ipv6'))?.[0] ?? 'reserved'
}

/** The class of a host of a URL, as far as its text tells: `undefined` for a name that has to be resolved. */
export function classOfHost (host: string): AddressClass | undefined {
  const name = host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (isIP(name) !== 0) return classOfAddress(name)
  return isLoopbackHost(name) ? 'loopback' : undefined
}

/**
 * Whether what a server at `from` names may be fetched at `to`. A server on this machine may name one in a private network; one in a
 * private network must not direct requests to this machine.
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-7.7
 */
export function mayReach (from: AddressClass, to: AddressClass): boolean {
  return to === 'global' || to === from || (from === 'loopback' && to === 'private')
}

function listOf (family: 'ipv4' | 'ipv6', subnets: readonly Subnet[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}

function ipv4In (address: string): string {
  // The URL parser writes every form of an address in hexadecimal groups, and a run of zeros as an empty one.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':')
  const [high = 0, low = 0] = groups.slice(-2).map(group => parseInt(group || '0', 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
