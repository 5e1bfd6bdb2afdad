// The addresses to which a check connects: those of the target, and those of other hosts that the target may name.
// A name is resolved once, and the addresses that are judged are the ones connected: a second answer of DNS changes nothing.

import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { classOfAddress, mayReach, type AddressClass } from './address-class.ts'
import type { Target } from './target.ts'
import { within } from './probe-time-limit.ts'

export interface Address { readonly address: string, readonly family: number }

/** @throws an error with the code of `dns.lookup` when the name does not resolve */
export type Lookup = (host: string) => Promise<readonly Address[]>

/** The addresses of a host that may be connected; empty when there is none. Rejects when the name does not resolve. */
export type Route = Lookup

/** From the public Internet inwards. */
const OUTWARD: readonly AddressClass[] = ['global', 'private', 'link-local', 'reserved', 'loopback']

const lookupAll: Lookup = host => systemLookup(host, { all: true })

export interface Routed {
  /** The target, with the class of the addresses that it has. */
  readonly target: Target
  readonly route: Route
}

/**
 * @param limitMs for resolving the name of the target
 * @param lookup resolves names, not addresses
 */
export async function routeTo (target: Target, limitMs: number, lookup: Lookup = lookupAll): Promise<Routed> {
  const own = withoutBrackets(target.endpoint.hostname)
  const resolve: Lookup = async host => isIP(host) === 0 ? await lookup(host) : [{ address: host, family: isIP(host) }]
  const resolved = await within(limitMs, resolve(own)).catch(() => [])
  const found = resolved === 'timeout' ? [] : resolved
  // A name with addresses of several classes is taken for the most public one: it could not name the others otherwise.
  const reach = OUTWARD.find(one => found.some(({ address }) => classOfAddress(address) === one)) ?? target.reach
  const known = new Map<string, Promise<readonly Address[]>>()
  if (found.length > 0) known.set(own, Promise.resolve(found.filter(({ address }) => classOfAddress(address) === reach)))
  return {
    target: { ...target, reach, loopback: target.loopback && reach === 'loopback' },
    route: hostname => {
      const host = withoutBrackets(hostname)
      const addresses = known.get(host) ?? resolve(host).then(all => all.filter(({ address }) => mayReach(reach, classOfAddress(address))))
      known.set(host, addresses)
      return addresses
    }
  }
}

function withoutBrackets (hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
