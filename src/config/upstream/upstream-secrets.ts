// The way to an upstream with its secrets and files filled in. A secret that is missing is a mistake with the name of its source; what was
// read is never in a message.

import { resolve } from 'node:path'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Environment } from '../environment.ts'
import type { Finding } from '../finding.ts'
import type { UpstreamDeclaration } from './upstream-schema.ts'
import { isHeaderValue } from './upstream-transport-schema.ts'

interface ResolvedHttp {
  readonly kind: 'http'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** PEM texts. */
  readonly tls?: { readonly ca?: string, readonly cert?: string, readonly key?: string }
}

interface ResolvedStdio {
  readonly kind: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env: Readonly<Record<string, string>>
  readonly user?: { readonly uid: number, readonly gid: number }
  readonly wrapper: readonly string[]
  readonly startTimeoutMs: number
}

/** With secrets in clear: not for a log. */
export type ResolvedTransport = ResolvedHttp | ResolvedStdio

export interface SecretSources {
  /** Of the upstream file. */
  readonly directory: string
  readonly env: Environment
  readonly readFile: (path: string) => string
}

type Http = NonNullable<UpstreamDeclaration['transport']['http']>
type Value = Http['headers'][string]
type Secret = Exclude<Value, string>

export function resolvedTransport (
  { transport: { http, stdio }, credentials }: UpstreamDeclaration, sources: SecretSources
): Result<ResolvedTransport, readonly Finding[]> {
  const findings: Finding[] = []
  const reader = createReader(sources, findings)
  const made = http === undefined ? stdioOf(stdio, reader) : httpOf(http, credentials, reader)
  return findings.length > 0 || made === undefined ? err(findings) : ok(made)
}

interface Reader {
  readonly secret: (path: string, secret: Secret) => string
  readonly values: (path: string, values: Readonly<Record<string, Value>>) => Readonly<Record<string, string>>
  readonly file: (path: string, file: string) => string
  readonly complain: (path: string, message: string) => void
}

function createReader ({ directory, env, readFile }: SecretSources, findings: Finding[]): Reader {
  const complain = (path: string, message: string) => { findings.push({ path, message }) }
  const file = (path: string, name: string): string => {
    try {
      return readFile(resolve(directory, name))
    } catch (error) {
      complain(path, `the file cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`)
      return ''
    }
  }
  const secret = (path: string, { env: name, file: source }: Secret): string => {
    if (source !== undefined) {
      const text = file(`${path}.file`, source).replace(/\r?\n$/, '')
      if (text === '' && !findings.some(finding => finding.path === `${path}.file`)) complain(`${path}.file`, 'the file is empty')
      return text
    }
    const text = name === undefined ? '' : env[name] ?? ''
    if (text === '') complain(`${path}.env`, `the environment variable ${name ?? ''} is not set`)
    return text
  }
  return {
    secret,
    file,
    complain,
    values: (path, values) => Object.fromEntries(Object.entries(values).map(([name, value]) => {
      return [name, typeof value === 'string' ? value : secret(`${path}.${name}`, value)]
    }))
  }
}

function httpOf (
  { url, headers, tls }: Http, credentials: UpstreamDeclaration['credentials'], reader: Reader
): ResolvedHttp {
  const sent: Record<string, string> = { ...reader.values('transport.http.headers', headers) }
  if (credentials !== 'none') {
    const { name, scheme, secret } = credentials.header
    const text = reader.secret('credentials.header.secret', secret)
    sent[name] = scheme === undefined || text === '' ? text : `${scheme} ${text}`
  }
  for (const [name, value] of Object.entries(sent)) {
    if (value !== '' && !isHeaderValue(value)) reader.complain(`transport.http.headers.${name}`, 'expected visible ASCII characters')
  }
  const files = Object.entries(tls ?? {}).map(([name, file]) => [name, reader.file(`transport.http.tls.${name}`, file)] as const)
  return { kind: 'http', url, headers: sent, ...(tls === undefined ? {} : { tls: Object.fromEntries(files) }) }
}

function stdioOf (stdio: UpstreamDeclaration['transport']['stdio'], reader: Reader): ResolvedStdio | undefined {
  if (stdio === undefined) return undefined
  const { env, ...others } = stdio
  return { kind: 'stdio', ...others, env: reader.values('transport.stdio.env', env) }
}
