// The files that `init` writes, as texts: the configuration, the upstream file, and the names of the environment variables. No secret is in
// any of them; each is read by the gateway's own parser before it is written.

import { randomBytes } from 'node:crypto'
import { isAbsolute, join, resolve } from 'node:path'
import { isLoopbackHost } from '../../config/address-syntax.ts'
import { loadConfig } from '../../config/load.ts'
import type { ConfigMistake } from '../../config/mistake.ts'
import type { TokenVerification } from './token-verification.ts'

export const CONFIGURATION_FILE = 'gateway.json'
export const VARIABLES_FILE = '.env.example'
const CLIENT_SECRET = 'INTROSPECTION_CLIENT_SECRET'
export const KEY_FILE = 'gateway-key.pem'

export interface Choices {
  readonly issuer: string
  readonly resource: string
  readonly verification: TokenVerification
  /** Not needed with published keys. */
  readonly clientId: string | undefined
  readonly clientSecretFile: string | undefined
  /** Absent: the gateway has no tools of other servers yet. */
  readonly upstream: { readonly file: string, readonly text: string, readonly secretEnv: string | undefined } | undefined
}

/** By their names, relative to the directory. */
export type Files = Readonly<Record<string, string>>

export function firstFiles (choices: Choices): Files {
  const { upstream } = choices
  return {
    [CONFIGURATION_FILE]: `${JSON.stringify(configurationOf(choices), null, 2)}\n`,
    ...(upstream === undefined ? {} : { [upstream.file]: upstream.text }),
    [VARIABLES_FILE]: variablesText(choices)
  }
}

function configurationOf ({ issuer, resource, verification, clientId, upstream }: Choices): object {
  const { hostname, port, protocol } = new URL(resource)
  // A public address is that of a proxy in front, which says nothing about the port here.
  const listener = isLoopbackHost(hostname) && protocol === 'http:' ? { port: port === '' ? 80 : Number(port) } : {}
  return {
    ...listener,
    resource: { identifier: resource },
    authorizationServer: { issuer, ...membersOf(verification, clientId) },
    policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'draft' },
    upstreams: upstream === undefined ? [] : [`./${upstream.file}`],
    tools: { builtIn: ['explain_authorization'] }
  }
}

function membersOf ({ way }: TokenVerification, clientId: string | undefined): object {
  switch (way) {
    case 'published-keys': return { jwt: {} }
    case 'private_key_jwt': return { introspection: { clientId, clientAuthentication: way, privateKeyFile: `./${KEY_FILE}` } }
    case 'client_secret_basic': return { introspection: { clientId } }
    case 'client_secret_post': return { introspection: { clientId, clientAuthentication: way } }
  }
}

/** The variable with the client secret, or with the name of the file that holds it. */
export function secretVariable ({ verification: { way }, clientSecretFile }: Choices): string | undefined {
  if (way !== 'client_secret_basic' && way !== 'client_secret_post') return undefined
  return clientSecretFile === undefined ? CLIENT_SECRET : `${CLIENT_SECRET}_FILE`
}

function variablesText (choices: Choices): string {
  const secret = secretVariable(choices)
  const { clientSecretFile = '', upstream } = choices
  return [
    '# What the gateway reads from its environment. Copy this file, fill it in, and keep the copy out of version control.',
    '# A shell takes the copy over with: set -a; . ./.env; set +a',
    `GATEWAY_CONFIG=${CONFIGURATION_FILE}`,
    ...(secret === undefined ? [] : [`${secret}=${clientSecretFile}`]),
    ...(upstream?.secretEnv === undefined ? [] : [`${upstream.secretEnv}=`]),
    ''
  ].join('\n')
}

/** What the gateway would complain about in these files. The secrets that are not there yet are made up. */
export function mistakesIn (files: Files, directory: string, choices: Choices): readonly ConfigMistake[] {
  const secretEnv = choices.upstream?.secretEnv
  const madeUp = randomBytes(32).toString('base64url')
  const loaded = loadConfig({
    env: {
      GATEWAY_CONFIG: CONFIGURATION_FILE,
      ...(secretEnv === undefined ? {} : { [secretEnv]: madeUp }),
      ...(secretVariable(choices) === undefined ? {} : { [CLIENT_SECRET]: madeUp })
    },
    cwd: directory,
    readFile (path) {
      const text = Object.entries(files).find(([name]) => resolve(directory, name) === path)?.[1]
      if (text === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' })
      return text
    }
  })
  return loaded.ok ? [] : loaded.error
}

export function pathIn (directory: string, file: string, cwd: string): string {
  const path = join(directory, file)
  return isAbsolute(path) ? path : resolve(cwd, path)
}
