// Refusals of a database that is not there. A mistyped address would otherwise begin an empty one, and every ticket would seem lost.

import { existsSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { GatewayError } from '../kernel/fault.ts'

const SQLITE = 'sqlite:'

/**
 * A relative path is below the working directory, where the folder is created.
 * @throws GatewayError GW_CONFIG_INVALID when an absolute path names a folder that does not exist
 */
export function checkFolder (url: string): void {
  const path = url.startsWith(SQLITE) ? url.slice(SQLITE.length) : ''
  if (!isAbsolute(path) || existsSync(dirname(path))) return
  throw new GatewayError('GW_CONFIG_INVALID', `storage.url: there is no folder ${dirname(path)}: create it, or correct the path`)
}

/** There is no database, and none was to be created. */
export class MissingDatabase extends GatewayError {
  constructor () {
    super('GW_CONFIG_INVALID', 'storage.url names no database of the gateway, and storage.create is false: correct the address')
  }
}
