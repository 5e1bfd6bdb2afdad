// Diagnoses TLS of the listener: scheme, certificate name, expiry, chain, client authorities. Whether a client trusts the authority
// is known to that client only.

import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import type { GatewayConfig } from '../config/schema.ts'
import { GatewayError } from '../kernel/fault.ts'
import { isLoopbackHost } from '../kernel/loopback.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import { describe } from './answers.ts'
import { good, problem, warning, type Diagnosis } from './diagnosis.ts'

/** The contents of the files of `tls`, PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly ca?: string | undefined
}

type Address = Pick<GatewayConfig, 'resource' | 'host' | 'port'>

const DAY_MS = 86_400_000
/** Automatic renewal has usually happened by this time before expiry. */
const EXPIRY_WARNING_DAYS = 14
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * @param read reads the files as the gateway does at start; `undefined` where a proxy terminates TLS
 */
export function diagnoseTls (config: Address, read: () => TlsFiles | undefined, now: EpochMilliseconds): Diagnosis[] {
  try {
    const files = read()
    if (files === undefined) return [diagnoseProxy(config)]
    const [chain, authorities] = [certificatesOf(files.cert), files.ca === undefined ? undefined : certificatesOf(files.ca)]
    return [
      diagnoseScheme(config),
      ...diagnoseChain(config, chain, now),
      ...authorities === undefined ? [] : [diagnoseAuthorities(authorities, now)]
    ]
  } catch (failure) {
    return [problem(
      'tls',
      describe(failure),
      'tls.cert holds the certificate of this server and those between it and a root, tls.key the private key of the first of them, ' +
        'tls.clientCa the authorities of clients: PEM, readable by the user that runs the gateway.'
    )]
  }
}

function diagnoseProxy ({ resource, host, port }: Address): Diagnosis {
  const { protocol, hostname } = new URL(resource.identifier)
  if (protocol === 'https:') {
    const path = resource.endpointPath === undefined ? 'with the same path' : `with the path ${resource.endpointPath}`
    return good('tls', `clients use https; a proxy has to terminate TLS and forward requests to http://${host}:${port}, ${path}`)
  }
  return isLoopbackHost(hostname)
    ? good('tls', 'plain http, on this machine only')
    : warning(
      'tls',
      'clients use plain http over a network',
      'Let a proxy terminate TLS, or give the gateway a certificate (tls), and change the scheme of resource.identifier ' +
        '(RESOURCE_IDENTIFIER): tokens travel in clear otherwise.'
    )
}

function diagnoseScheme ({ resource, port }: Address): Diagnosis {
  const { protocol } = new URL(resource.identifier)
  return protocol === 'https:'
    ? good('tls', `the gateway terminates TLS, on port ${port}`)
    : problem(
      'tls',
      'the gateway terminates TLS, but resource.identifier tells clients to use plain http',
      'Change the scheme of resource.identifier (RESOURCE_IDENTIFIER) to https, here and at the authorization server; or remove tls.'
    )
}

function diagnoseChain (config: Address, chain: readonly X509Certificate[], now: EpochMilliseconds): Diagnosis[] {
  const [own, ...others] = chain
  if (own === undefined) throw new GatewayError('GW_CONFIG_INVALID', 'tls.cert: expected a certificate, PEM')
  return [diagnoseName(config, own), diagnoseTimes(own, others, now), diagnoseTrust(chain)]
}

function diagnoseName ({ resource, port }: Address, own: X509Certificate): Diagnosis {
  const check = 'tls.name'
  const identifier = new URL(resource.identifier)
  const name = identifier.hostname.replace(/^\[|\]$/g, '')
  // Clients ignore a name that is only in the subject (RFC 9525 §6.3).
  const named = isIP(name) === 0 ? own.checkHost(name, { subject: 'never' }) : own.checkIP(name)
  if (named !== undefined) return good(check, `the certificate names ${name}`)
  const direct = (identifier.port === '' ? 443 : Number(identifier.port)) === port
  return direct
    ? problem(
      check,
      `the certificate does not name ${name}, the host of resource.identifier`,
      'Clients refuse the connection. Obtain a certificate with this name in its subject alternative names.'
    )
    : warning(
      check,
      `the certificate does not name ${name}, the host of resource.identifier`,
      'Correct only if a proxy terminates the TLS of clients and opens its own TLS connection to the gateway. Otherwise clients refuse ' +
        'the connection.'
    )
}

function diagnoseTimes (own: X509Certificate, others: readonly X509Certificate[], now: EpochMilliseconds): Diagnosis {
  const check = 'tls.expiry'
  const renew = 'Clients refuse the connection. Renew it, and send the gateway SIGHUP: it reads the files again.'
  const nameOf = (certificate: X509Certificate) => certificate === own ? 'the certificate' : 'a certificate further up in tls.cert'
  for (const certificate of [own, ...others]) {
    const [from, to] = lifeOf(certificate)
    if (now > to) return problem(check, `${nameOf(certificate)} expired on ${dayOf(to)}`, renew)
    if (now < from) {
      return problem(check, `${nameOf(certificate)} is not valid before ${dayOf(from)}`, `${renew} Or set the clock of this machine.`)
    }
  }
  const first = [own, ...others].toSorted((one, other) => lifeOf(one)[1] - lifeOf(other)[1])[0] ?? own
  const [, end] = lifeOf(first)
  return end - now < EXPIRY_WARNING_DAYS * DAY_MS
    ? warning(check, `${nameOf(first)} expires on ${dayOf(end)}`, 'Renew it, and send the gateway SIGHUP: it reads the files again.')
    : good(check, `valid until ${dayOf(end)}`)
}

function diagnoseTrust (chain: readonly X509Certificate[]): Diagnosis {
  const check = 'tls.chain'
  const broken = chain.findIndex((certificate, place) => place > 0 && chain[place - 1]?.checkIssued(certificate) !== true)
  if (broken > 0) {
    return warning(
      check,
      `certificate ${broken + 1} in tls.cert did not issue the one before it`,
      'Put them in order: the certificate of this server, then the one that issued it, and so on. Some clients refuse the connection ' +
        'otherwise.'
    )
  }
  const last = chain.at(-1)
  const known = last !== undefined && rootCertificates.some(root => last.checkIssued(new X509Certificate(root)))
  return known
    ? good(check, 'leads to an authority that Node.js trusts')
    : warning(
      check,
      'does not lead to an authority that Node.js trusts',
      'Either the certificates between that of this server and a root are missing in tls.cert, or the authority is your own: then every ' +
        'client must be configured to trust it (NODE_EXTRA_CA_CERTS for those that run on Node.js).'
    )
}

function diagnoseAuthorities (authorities: readonly X509Certificate[], now: EpochMilliseconds): Diagnosis {
  const check = 'tls.client-authorities'
  const dead = authorities.filter(authority => now > lifeOf(authority)[1] || now < lifeOf(authority)[0])
  if (dead.length > 0) {
    return warning(
      check,
      `${dead.length} of ${authorities.length} in tls.clientCa are expired or not valid yet`,
      'Client certificates that they issued are not accepted, and tokens bound to those are refused. Put their successors into the file.'
    )
  }
  const leaves = authorities.filter(({ ca }) => !ca)
  return leaves.length > 0
    ? warning(
      check,
      `${leaves.length} of ${authorities.length} in tls.clientCa are not authorities`,
      'tls.clientCa contains the authorities that issue the certificates of clients, not those certificates.'
    )
    : good(check, `${authorities.length}, whose client certificates are accepted`)
}

function certificatesOf (pem: string): readonly X509Certificate[] {
  try {
    return [...pem.matchAll(PEM_CERTIFICATE)].map(([text]) => new X509Certificate(text))
  } catch {
    throw new GatewayError('GW_CONFIG_INVALID', 'tls.cert or tls.clientCa: one of the certificates cannot be read')
  }
}

function lifeOf ({ validFrom, validTo }: X509Certificate): readonly [from: number, to: number] {
  return [Date.parse(validFrom), Date.parse(validTo)]
}

function dayOf (ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
