// Hints in the log about requests to an address that is not the one of the resource: a path that is none, and a document that was read
// under another host. At most one of each kind in ten minutes; neither the path nor the host of a request is logged.

import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { isLoopbackHost } from '../../kernel/loopback.ts'

const SILENCE_MS = 600_000

export interface AddressHints {
  /** @param path of a request that no route answers */
  readonly unknownPath: (log: FastifyBaseLogger, path: string) => void
  /** @param host the `Host` of a request for a document */
  readonly documentRead: (log: FastifyBaseLogger, host: string) => void
}

/** Of the gateway, as http/addresses.ts derives them from configuration. */
export interface OwnAddresses {
  readonly resource: string
  readonly endpointPath: string
  readonly endpointUrl: string
}

/** @param others of further endpoints of the process */
export function createAddressHints (
  { endpointUrl, endpointPath, resource }: OwnAddresses, clock: Clock, others: readonly OwnAddresses[] = []
): AddressHints {
  const endpointPaths = [endpointPath, ...others.map(other => other.endpointPath)]
  const endpointUrls = [endpointUrl, ...others.map(other => other.endpointUrl)]
  const [theEndpoint, address] = others.length === 0
    ? ['The MCP endpoint is', 'this address']
    : [
        'The MCP endpoints are', 'one of these addresses'
      ]
  const ownHost = new URL(resource).host
  const ownHostname = new URL(resource).hostname
  const warnedAtMs = new Map<string, number>()

  function warn (log: FastifyBaseLogger, event: string, kind: string, hint: string, message: string): void {
    const nowMs = clock.monotonicMs()
    if (nowMs - (warnedAtMs.get(kind) ?? -Infinity) < SILENCE_MS) return
    warnedAtMs.set(kind, nowMs)
    log.warn({ event, hint }, message)
  }

  return {
    unknownPath (log, path) {
      const what = wrongPath(path)
      const hint = `A client asked for ${what}. ${theEndpoint} ${endpointUrls.join(', ')}, without a slash at the end: ` +
        `give clients exactly ${address}.`
      warn(log, 'no-such-address', what, hint, 'there is nothing at this address')
    },
    documentRead (log, host) {
      if (host.toLowerCase() === ownHost) return
      const kind = describeHost(host)
      const hint = `A document was read under ${kind}, and it names ${resource}. A client compares the two (RFC 9728 section 3.3) ` +
        'and gives up when they differ. ' +
        'If clients use that host, it belongs into resource.identifier; if a proxy in front of this gateway writes it, nothing is wrong.'
      warn(log, 'foreign-host', kind, hint, 'a document was read under another host than that of the resource')
    }
  }

  function wrongPath (path: string): '/' | 'the endpoint with a slash at the end' | 'a path that is none' {
    if (path === '/') return path
    return endpointPaths.some(own => path === `${own}/`) ? 'the endpoint with a slash at the end' : 'a path that is none'
  }

  function describeHost (host: string): 'another port' | 'a loopback address' | 'another host name' {
    const hostname = host.toLowerCase().replace(/:\d+$/, '')
    if (hostname === ownHostname) return 'another port'
    return isLoopbackHost(hostname) ? 'a loopback address' : 'another host name'
  }
}
