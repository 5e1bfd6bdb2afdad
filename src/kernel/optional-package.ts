// Is a package that only some configurations need installed? One that is there and does not load is not called missing: what
// it threw is the cause that somebody looks for.

import { GatewayError } from './fault.ts'

/**
 * @param load imports the package
 * @param missing what is said when it is not there: what needs it, and the command that installs it
 * @throws GatewayError `GW_CONFIG_INVALID` when it is not installed; what `load` throws otherwise
 */
export async function importOptional<T> (load: () => Promise<T>, missing: string): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new GatewayError('GW_CONFIG_INVALID', missing, { cause })
  }
}

function isMissing (error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND')
}
