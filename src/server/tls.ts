// The TLS options of the listener: its certificate, its key, and the authorities of client certificates. The files are read when
// the process starts and at each reload; an error names the member of the configuration, never the content of the file.

import type { ServerOptions } from 'node:https'
import { createSecureContext } from 'node:tls'
import { readConfiguredFile } from '../config/configured-file.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { GatewayError } from '../kernel/fault.ts'

export interface TlsOptions extends ServerOptions {
  /** PEM */
  cert: string
  /** PEM */
  key: string
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
  // A certificate is optional, since most tokens are not bound to one; a certificate of another authority is ignored.
  return { ...identity, ca, requestCert: true, rejectUnauthorized: false }
}

function check (expected: string, attempt: () => unknown): void {
  try {
    attempt()
  } catch {
    // OpenSSL's message may quote the file.
    throw new GatewayError('GW_CONFIG_INVALID', expected)
  }
}
