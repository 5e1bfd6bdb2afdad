// The part of the configuration schema about sender-constrained tokens: DPoP (RFC 9449), TLS and client certificates (RFC 8705).

import { BlockList, isIP } from 'node:net'
import { ASYMMETRIC_ALGORITHMS } from '../kernel/jose-algorithms.ts'
import { choice, group, list, text, wholeNumber } from './members.ts'
import { isLongSecret } from './placeholder.ts'
import { isProofMemoryUrl } from './storage-url.ts'
import { isOneOf, isPrintable } from './text-syntax.ts'

const isCertificateHeader = (name: string) => /^[A-Za-z0-9-]+$/.test(name) && !/^(?:authorization|dpop|cookie|host)$/i.test(name)
const FILE = 'the name of a file'

export const dpop = group({
  mode: choice(['off', 'accepted', 'required']).default('off')
    .describe('Tokens that are bound to a key (RFC 9449): `off` refuses them, `accepted` allows them (with a proof) as well as ' +
      'bearer tokens, `required` allows nothing else.'),
  algorithms: list(`one of ${ASYMMETRIC_ALGORITHMS.join(', ')}`, value => isOneOf(ASYMMETRIC_ALGORITHMS, value))
    .default(['ES256', 'EdDSA', 'PS256', 'RS256'])
    .describe('The allowed signature algorithms of proofs; published as `dpop_signing_alg_values_supported`.'),
  maxAgeSeconds: wholeNumber({ from: 5, to: 600, unit: 'seconds', byDefault: 60 })
    .describe('Seconds for which a proof is valid. Its id is stored for that time, so that it works once.'),
  nonce: choice(['off', 'required']).default('off')
    .describe('Whether a proof must contain a nonce of the gateway, so that proofs cannot be made in advance.'),
  nonceSecret: text('a secret of at least 32 characters that is not a placeholder', isLongSecret).exactOptional()
    .describe('The key of nonces. Several gateways behind one address need the same one; a single gateway needs none. Better set in ' +
      'the environment than in a file.'),
  maxProofs: wholeNumber({ from: 100, to: 10_000_000, unit: 'proofs', byDefault: 100_000 })
    .describe('How many used proofs one process stores at a time, about 250 bytes each; and at most a tenth of them for one person, ' +
      'wherever they are stored. A proof for which there is no room is answered with 429.'),
  proofMemoryUrl: text('redis://user:password@host:port/number or postgres://user:password@host/database', isProofMemoryUrl).exactOptional()
    .describe('The Redis or PostgreSQL server in which gateways that answer for one another (replicas, `workers`) keep the used proofs, ' +
      'so that a proof works once at all of them ([how](tokens.md#one-memory-for-several-processes)); needs the package `ioredis` or ' +
      '`pg`, installed with the gateway. Absent: each process has its own. Better set in the environment when it holds a password.')
}).superRefine(({ algorithms }, context) => {
  if (algorithms.length === 0) context.addIssue({ code: 'custom', path: ['algorithms'], message: 'expected at least one algorithm' })
}).describe('Tokens that are bound to a key, shown by proofs.')

export const tls = group({
  cert: text(FILE, isPrintable).describe('A file with the certificate of this server and those between it and a root, PEM.'),
  key: text(FILE, isPrintable).describe('A file with its private key, PEM.'),
  clientCa: text(FILE, isPrintable).exactOptional()
    .describe('A file with the authorities of client certificates, PEM. If set, clients may present a certificate, and tokens that ' +
      'are bound to it are accepted (RFC 8705).')
}).describe('TLS that the gateway ends itself. Absent: a proxy does, or the gateway listens on loopback only.')

export const mutualTls = group({
  header: text('the name of a header, such as client-cert', isCertificateHeader)
    .describe('The header in which a proxy passes on the certificate that it has verified. The proxy must remove what clients send ' +
      'under that name.'),
  format: choice(['rfc9440', 'url-encoded-pem']).default('rfc9440')
    .describe('How it is written: `rfc9440` (`:base64:`), or `url-encoded-pem` (`$ssl_client_escaped_cert` of nginx).'),
  trustedProxies: list('an IP address or a subnet such as 10.0.0.0/8', isAddressOrSubnet)
    .describe('The addresses from which the proxy connects. The header is ignored on other connections.')
}).superRefine(({ trustedProxies }, context) => {
  if (trustedProxies.length === 0) context.addIssue({ code: 'custom', path: ['trustedProxies'], message: 'expected at least one address' })
}).describe('Client certificates that a proxy passes on.')

function isAddressOrSubnet (value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  if (!/^\d{1,3}$/.test(prefix)) return false
  try {
    new BlockList().addSubnet(address, Number(prefix), version === 6 ? 'ipv6' : 'ipv4')
    return true
  } catch {
    return false
  }
}
