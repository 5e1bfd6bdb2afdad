// Certificate thumbprints (RFC 8705), and the header in which a proxy passes on a client certificate (RFC 9440). The client proved
// possession of the key in the TLS handshake; that is not repeated here.

import { hash, X509Certificate } from 'node:crypto'

/** How a proxy writes a certificate into a header. */
export type CertificateFormat = 'rfc9440' | 'url-encoded-pem'

const SF_BINARY = /^:([A-Za-z0-9+/]+={0,2}):$/
const MAX_LENGTH = 16_384

/**
 * `x5t#S256`: SHA-256 of the DER, base64url.
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-3.1
 */
export function certificateThumbprint (der: Uint8Array): string {
  return hash('sha256', Buffer.from(der.buffer, der.byteOffset, der.byteLength), 'base64url')
}

/**
 * The thumbprint of the one certificate in this text.
 * @returns `undefined` for any other text; never throws
 * @see https://www.rfc-editor.org/rfc/rfc9440#section-2.1
 */
export function readCertificate (text: string, format: CertificateFormat): string | undefined {
  if (text.length > MAX_LENGTH) return undefined
  try {
    switch (format) {
      case 'rfc9440': {
        const encoded = SF_BINARY.exec(text.trim())?.[1]
        return encoded === undefined ? undefined : thumbprintOf(Buffer.from(encoded, 'base64'))
      }
      case 'url-encoded-pem': return thumbprintOf(decodeURIComponent(text))
    }
  } catch {
    return undefined
  }
}

/** Parsing excludes trailing bytes and texts that are not certificates. */
function thumbprintOf (certificate: Buffer | string): string {
  return certificateThumbprint(new X509Certificate(certificate).raw)
}
