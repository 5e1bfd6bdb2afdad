// With which certificate does the gateway end TLS, and whose certificates does it ask clients for? Read once, when the process
// starts; a file that is no certificate is told by the name of its member.

import type { ServerOptions } from 'node:https'
import { createSecureContext } from 'node:tls'
import { readConfiguredFile } from '../config/configured-file.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { GatewayError } from '../kernel/fault.ts'

export interface TlsOptions extends ServerOptions {
  /** PEM */
  cert: string
  /** PEM */
  ca?: string
}

/** @throws GatewayError `GW_CONFIG_INVALID` */
export function readTlsOptions ({ cert, key, clientCa }: Exclude<GatewayConfig['tls'], undefined>): TlsOptions {
  const identity = { cert: readConfiguredFile('tls.cert', cert), key: readConfiguredFile('tls.key', key), minVersion: 'TLSv1.2' } as const
  check('tls.cert and tls.key: expected a certificate and its private key, PEM', () => createSecureContext(identity))
  if (clientCa === undefined) return identity
  const ca = readConfiguredFile('tls.clientCa', clientCa)
  check('tls.clientCa: expected certificates, PEM', () => {
    if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new TypeError('no certificate')
    createSecureContext({ ca })
  })
  // Nobody needs a certificate, most tokens are bound to none; one that is not of these authorities counts for nothing.
  return { ...identity, ca, requestCert: true, rejectUnauthorized: false }
}

function check (expected: string, attempt: () => unknown): void {
  try {
    attempt()
  } catch {
    // What OpenSSL says of a file may quote it.
    throw new GatewayError('GW_CONFIG_INVALID', expected)
  }
}
