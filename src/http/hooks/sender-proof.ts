// Reads the proofs of possession of a request: the DPoP header, and the client certificate of the connection or of a trusted proxy's
// header (RFC 9440). They are verified in auth/possession/ and compared with the token in auth/.

import type { FastifyRequest } from 'fastify'
import { BlockList, isIPv6, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { certificateThumbprint, readCertificate, type CertificateFormat } from '../../auth/possession/certificate.ts'
import type { VerifyProof } from '../../auth/possession/dpop-proof.ts'
import type { NonceSource } from '../../auth/possession/dpop-nonce.ts'
import type { ProofMemory } from '../../auth/possession/proof-memory.ts'
import { rawHeaderFields } from './raw-header.ts'

export interface DpopProofs {
  readonly verify: VerifyProof
  readonly memory: ProofMemory
  /** Absent: proofs need no nonce. */
  readonly nonces: NonceSource | undefined
}

/** The thumbprint of the client's verified certificate; `undefined`: none. */
export type CertificateOf = (request: FastifyRequest) => string | undefined

export interface SenderProofs {
  /** Absent: the DPoP scheme is not accepted. */
  readonly dpop: DpopProofs | undefined
  /** Absent: certificates are not read. */
  readonly certificateOf: CertificateOf | undefined
}

export interface CertificateSettings {
  /** The gateway terminates TLS itself and asks clients for a certificate of a configured authority. */
  readonly fromConnection: boolean
  readonly fromProxy: {
    /** In lower case. */
    readonly header: string
    readonly format: CertificateFormat
    /** Addresses or subnets in CIDR form. */
    readonly trustedProxies: readonly string[]
  } | undefined
}

/** @see https://www.rfc-editor.org/rfc/rfc8705#section-3 and RFC 9440 §4 on who may be believed */
export function createCertificateReader ({ fromConnection, fromProxy }: CertificateSettings): CertificateOf {
  const ofConnection = new WeakMap<Socket, { readonly thumbprint: string | undefined }>()
  const proxies = fromProxy === undefined ? undefined : addressList(fromProxy.trustedProxies)

  function certificateOfConnection (socket: Socket): string | undefined {
    let known = ofConnection.get(socket)
    if (known === undefined) {
      known = { thumbprint: thumbprintOfPeer(socket) }
      ofConnection.set(socket, known)
    }
    return known.thumbprint
  }

  return ({ raw }) => {
    const { socket } = raw
    // A trusted proxy speaks for its clients only: its own certificate belongs to none of them.
    if (fromProxy !== undefined && proxies !== undefined && isListed(proxies, socket.remoteAddress)) {
      const [field, ...others] = rawHeaderFields(raw, fromProxy.header)
      return field === undefined || others.length > 0 ? undefined : readCertificate(field, fromProxy.format)
    }
    return fromConnection ? certificateOfConnection(socket) : undefined
  }
}

function thumbprintOfPeer (socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { raw } = socket.getPeerCertificate() as { raw?: Uint8Array }
  return raw === undefined ? undefined : certificateThumbprint(raw)
}

function addressList (listed: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of listed) {
    const [address = '', prefix] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

function isListed (list: BlockList, address: string | undefined): boolean {
  if (address === undefined) return false
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return mapped === undefined ? list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') : list.check(mapped)
}
