// The token exchange of an upstream file with its secrets filled in. A key that does not fit its algorithm is a mistake when the
// configuration is loaded, and not with the first call.

import { fitsAlgorithm, parsePrivateKey } from '../../kernel/private-key.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Finding } from '../finding.ts'
import { createReader, type Reader, type SecretSources } from './secret-reader.ts'
import type { UpstreamDeclaration } from './upstream-schema.ts'

/** With secrets in clear: not for a log. */
export interface ResolvedExchange {
  /** The name of the upstream. */
  readonly upstream: string
  readonly issuer?: string
  readonly tokenEndpoint?: string
  readonly clientId: string
  readonly clientAuthentication: Declared['clientAuthentication']
  readonly clientSecret?: string
  /** PEM or JWK. */
  readonly privateKey?: string
  readonly privateKeyId?: string
  readonly privateKeyAlgorithm: string
  readonly assertionAudience: Declared['assertionAudience']
  readonly resource?: string
  readonly audience?: string
  readonly cacheMs: number
  readonly deadlineMs: number
}

type Declared = NonNullable<Exclude<UpstreamDeclaration['credentials'], 'none'>['tokenExchange']>

/** What the file says about token exchange; `undefined` where it says nothing. */
export function exchangeOf ({ credentials }: Pick<UpstreamDeclaration, 'credentials'>): Declared | undefined {
  return credentials === 'none' ? undefined : credentials.tokenExchange
}

/** @returns `undefined` where the upstream needs no exchange */
export function resolvedExchange (
  declaration: UpstreamDeclaration, sources: SecretSources
): Result<ResolvedExchange | undefined, readonly Finding[]> {
  const declared = exchangeOf(declaration)
  if (declared === undefined) return ok(undefined)
  const findings: Finding[] = []
  const reader = createReader(sources, findings)
  const { clientSecret, privateKeyFile, cacheSeconds, scopes: _, authorizationDetails: __, resource, ...members } = declared
  const { http, openapi } = declaration.transport
  const target = resource ?? (members.audience === undefined ? (http ?? openapi)?.url : undefined)
  const resolved = {
    upstream: declaration.name,
    ...members,
    cacheMs: cacheSeconds * 1000,
    ...(target === undefined ? {} : { resource: target }),
    ...(clientSecret === undefined ? {} : { clientSecret: reader.secret('credentials.tokenExchange.clientSecret', clientSecret) }),
    ...(privateKeyFile === undefined ? {} : { privateKey: privateKeyOf(privateKeyFile, members.privateKeyAlgorithm, reader) })
  }
  return findings.length > 0 ? err(findings) : ok(resolved)
}

function privateKeyOf (file: string, algorithm: string, reader: Reader): string {
  const path = 'credentials.tokenExchange.privateKeyFile'
  const text = reader.file(path, file)
  const key = text === '' ? undefined : parsePrivateKey(text)
  if (text !== '' && key === undefined) reader.complain(path, 'expected a private key without a passphrase, PEM or JWK')
  if (key !== undefined && !fitsAlgorithm(key, algorithm)) {
    reader.complain('credentials.tokenExchange.privateKeyAlgorithm', 'expected an algorithm that fits the key')
  }
  return text
}
