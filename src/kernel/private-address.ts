// Is this a network address that only a local network reaches (RFC 1918, RFC 3927)? Programs for practice accept one in a class, in clear;
// they never listen on all addresses of a machine.

import { BlockList, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

const PRIVATE = new BlockList()
for (const [address, prefix] of [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16]] as const) {
  PRIVATE.addSubnet(address, prefix)
}

export function isPrivateAddress (address: string): boolean {
  return isIPv4(address) && PRIVATE.check(address)
}

export function addressesHere (): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(list => list ?? []).map(({ address }) => address)
}

/** @returns what is wrong with it as the address of a class; `undefined` for nothing */
export function problemOfClassAddress (address: string, here: readonly string[] = addressesHere()): string | undefined {
  if (isPrivateAddress(address) && here.includes(address)) return undefined
  return `expected a private address of this machine: ${here.filter(isPrivateAddress).join(', ') || 'it has none'}`
}
