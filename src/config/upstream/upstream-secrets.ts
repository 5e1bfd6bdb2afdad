// The way to an upstream with its secrets and files filled in. A secret that is missing is a mistake with the name of its source; what was
// read is never in a message.

import { err, ok, type Result } from '../../kernel/result.ts'
import type { Finding } from '../finding.ts'
import { createReader, type Reader, type SecretSources } from './secret-reader.ts'
import type { SystemUser } from './system-user.ts'
import type { UpstreamDeclaration } from './upstream-schema.ts'
import { isHeaderValue } from './upstream-transport-schema.ts'

interface ResolvedHttp {
  readonly kind: 'http'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly listen: boolean
  /** PEM texts. */
  readonly tls?: { readonly ca?: string, readonly cert?: string, readonly key?: string }
}

interface ResolvedStdio {
  readonly kind: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env: Readonly<Record<string, string>>
  readonly user?: SystemUser
  readonly wrapper: readonly string[]
  readonly stderr: 'drop' | 'log'
  readonly startTimeoutMs: number
}

/** A REST API; its operations are in the lock. */
interface ResolvedRest extends Omit<ResolvedHttp, 'kind' | 'listen'> {
  readonly kind: 'rest'
}

/** With secrets in clear: not for a log. */
export type ResolvedTransport = ResolvedHttp | ResolvedStdio | ResolvedRest

type Transport = UpstreamDeclaration['transport']
type Http = NonNullable<Transport['http'] | Transport['openapi']>

export function resolvedTransport (
  { transport, credentials }: UpstreamDeclaration, sources: SecretSources
): Result<ResolvedTransport, readonly Finding[]> {
  const findings: Finding[] = []
  const reader = createReader(sources, findings)
  const made = transportOf(transport, credentials, reader)
  return findings.length > 0 || made === undefined ? err(findings) : ok(made)
}

function transportOf (
  { http, stdio, openapi }: Transport, credentials: UpstreamDeclaration['credentials'], reader: Reader
): ResolvedTransport | undefined {
  if (http !== undefined) return { kind: 'http', listen: http.listen, ...httpOf('transport.http', http, credentials, reader) }
  if (openapi !== undefined) return { kind: 'rest', ...httpOf('transport.openapi', openapi, credentials, reader) }
  return stdioOf(stdio, reader)
}

function httpOf (
  path: string, { url, headers, tls }: Http, credentials: UpstreamDeclaration['credentials'], reader: Reader
): Omit<ResolvedHttp, 'kind' | 'listen'> {
  const sent: Record<string, string> = { ...reader.values(`${path}.headers`, headers) }
  if (credentials !== 'none' && credentials.header !== undefined) {
    const { name, scheme, secret } = credentials.header
    const text = reader.secret('credentials.header.secret', secret)
    sent[name] = scheme === undefined || text === '' ? text : `${scheme} ${text}`
  }
  for (const [name, value] of Object.entries(sent)) {
    if (value !== '' && !isHeaderValue(value)) reader.complain(`${path}.headers.${name}`, 'expected visible ASCII characters')
  }
  const files = Object.entries(tls ?? {}).map(([name, file]) => [name, reader.file(`${path}.tls.${name}`, file)] as const)
  return { url, headers: sent, ...(tls === undefined ? {} : { tls: Object.fromEntries(files) }) }
}

function stdioOf (stdio: Transport['stdio'], reader: Reader): ResolvedStdio | undefined {
  if (stdio === undefined) return undefined
  const { env, user: stated, ...others } = stdio
  const user = typeof stated === 'string' ? reader.user('transport.stdio.user', stated) : stated
  return { kind: 'stdio', ...others, env: reader.values('transport.stdio.env', env), ...(user === undefined ? {} : { user }) }
}
