// Certificates for tests, made on the spot: an authority and what it signs. DER by hand, since Node reads certificates and makes none.

import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

export interface Certificate {
  readonly certPem: string
  readonly keyPem: string
  readonly der: Buffer
  /** `x5t#S256` */
  readonly thumbprint: string
  readonly key: KeyObject
  readonly name: string
}

function der (tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), body])
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const oid = (...bytes: number[]) => der(0x06, Buffer.from(bytes))
const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const nameOf = (text: string) => sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(text)))))
const timeOf = (ms: number) => der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
const extension = (id: Buffer, value: Buffer) => sequence(id, der(0x04, value))
const DAY_MS = 86_400_000

export interface CertificateLife {
  /** Days from now. */
  readonly fromDays?: number
  readonly toDays?: number
}

/** @param issuer itself, when absent */
export function createCertificate (name: string, issuer?: Certificate, { fromDays = -1, toDays = 1 }: CertificateLife = {}): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const authority = issuer === undefined
  const loopback = der(0x87, Buffer.from([127, 0, 0, 1]))
  const extensions = [
    extension(oid(0x55, 0x1d, 0x13), authority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence()),
    extension(oid(0x55, 0x1d, 0x11), sequence(der(0x82, Buffer.from('localhost')), loopback))
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, ...randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? name),
    sequence(timeOf(Date.now() + fromDays * DAY_MS), timeOf(Date.now() + toDays * DAY_MS)),
    nameOf(name),
    createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(...extensions))
  )
  const signature = sign('sha256', body, issuer?.key ?? privateKey)
  const certificate = sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature))
  return {
    certPem: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    der: certificate,
    thumbprint: createHash('sha256').update(certificate).digest('base64url'),
    key: privateKey,
    name
  }
}
