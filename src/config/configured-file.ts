// Reads a file that the configuration names, such as a key or a certificate: once, when the process starts. Its content is never quoted.

import { readFileSync } from 'node:fs'
import { GatewayError } from '../kernel/fault.ts'

/**
 * @param member the member that names the file, dotted from the root
 * @throws GatewayError `GW_CONFIG_INVALID`, with the member and the reason
 */
export function readConfiguredFile (member: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new GatewayError('GW_CONFIG_INVALID', `${member}: the file cannot be read (${code})`)
  }
}
