// Watches the files that members of the configuration name. A reload gives the listener a renewed certificate; a renewed private key
// for the authorization server is said to need a restart.

import { hash } from 'node:crypto'
import { authorizationServersOf } from '../config/authorization-servers.ts'
import { readConfiguredFile } from '../config/configured-file.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { GatewayError } from '../kernel/fault.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Listeners } from './listeners.ts'
import type { ChangedFiles, ConfiguredFiles } from './reload.ts'
import { readTlsOptions, type TlsOptions } from './tls.ts'

/**
 * @param config as at start: names of files change with a restart only
 * @throws GatewayError `GW_CONFIG_INVALID` when a file cannot be read
 */
export function watchConfiguredFiles (config: GatewayConfig, { renewCertificate }: Pick<Listeners, 'renewCertificate'>): ConfiguredFiles {
  let tls = config.tls === undefined ? undefined : readTlsOptions(config.tls)
  const keys = privateKeyFiles(config)
  const keysAtStart = keys.map(digestOf)

  function read (): ChangedFiles {
    const renewed = config.tls === undefined ? undefined : readTlsOptions(config.tls)
    const before = tls
    return {
      applied: renewed === undefined ? [] : changedParts(before, renewed),
      needRestart: keys.filter((key, index) => digestOf(key) !== keysAtStart[index]).map(({ member }) => member),
      apply () {
        if (renewed === undefined) return
        tls = renewed
        renewCertificate(renewed)
      }
    }
  }

  return {
    read (): Result<ChangedFiles, ConfigMistake> {
      try {
        return ok(read())
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error
        return err({ path: 'tls', source: undefined, expected: error.detail ?? '' })
      }
    }
  }
}

const PARTS = { cert: 'tls.cert', key: 'tls.key', ca: 'tls.clientCa' } as const

function changedParts (before: TlsOptions | undefined, after: TlsOptions): string[] {
  return (['cert', 'key', 'ca'] as const).filter(part => before?.[part] !== after[part]).map(part => PARTS[part])
}

interface NamedFile { readonly member: string, readonly file: string }

function privateKeyFiles (config: GatewayConfig): NamedFile[] {
  return authorizationServersOf(config).flatMap(({ server, path }) => {
    const file = server.introspection?.privateKeyFile
    return file === undefined ? [] : [{ member: `${path}.introspection.privateKeyFile`, file }]
  })
}

function digestOf ({ member, file }: NamedFile): string {
  return hash('sha256', readConfiguredFile(member, file))
}
