// Reads the secrets and files that an upstream file names. One that is missing is a finding with the member that names it; what was read is
// in no message.

import { resolve } from 'node:path'
import type { Environment } from '../environment.ts'
import type { Finding } from '../finding.ts'
import { systemUser, type SystemUser } from './system-user.ts'
import type { UpstreamDeclaration } from './upstream-schema.ts'

export interface SecretSources {
  /** Of the upstream file. */
  readonly directory: string
  readonly env: Environment
  readonly readFile: (path: string) => string
}

type Value = NonNullable<UpstreamDeclaration['transport']['http']>['headers'][string]
type Secret = Exclude<Value, string>

export interface Reader {
  readonly secret: (path: string, secret: Secret) => string
  readonly values: (path: string, values: Readonly<Record<string, Value>>) => Readonly<Record<string, string>>
  readonly file: (path: string, file: string) => string
  readonly user: (path: string, name: string) => SystemUser | undefined
  readonly complain: (path: string, message: string) => void
}

export function createReader ({ directory, env, readFile }: SecretSources, findings: Finding[]): Reader {
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
    user (path, name) {
      const found = systemUser(name, readFile)
      if (found.ok) return found.value
      complain(path, found.error)
      return undefined
    },
    values: (path, values) => Object.fromEntries(Object.entries(values).map(([name, value]) => {
      return [name, typeof value === 'string' ? value : secret(`${path}.${name}`, value)]
    }))
  }
}
