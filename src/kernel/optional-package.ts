// Imports a package that only some configurations need. A package that is installed but fails to load is not reported as missing: its
// own error is thrown.

import { GatewayError } from './fault.ts'

/** Beside the gateway: a package in another project is not found, and of a global one only other global ones are. */
const WHERE = '(where mcp-resource-gateway is installed; with --global for a global one)'

/**
 * @param load imports the package
 * @param missing the detail of the fault when it is not installed: what needs it, and the command that installs it
 * @throws GatewayError `GW_CONFIG_INVALID` when it is not installed; what `load` throws otherwise
 */
export async function importOptional<T> (load: () => Promise<T>, missing: string): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new GatewayError('GW_CONFIG_INVALID', `${missing} ${WHERE}`, { cause })
  }
}

/**
 * What to do about a package that every gateway needs: some package managers install no peers.
 * @returns `undefined` for any other error
 */
export function missingPackageText (error: unknown): string | undefined {
  const name = isMissing(error) && error instanceof Error ? PACKAGE_NAME.exec(error.message)?.[1] : undefined
  return name === undefined ? undefined : `the package ${name} is not installed: npm install ${name} ${WHERE}`
}

/** The name of a package in the messages of `import` and `require`, without the file in it; no path. */
const PACKAGE_NAME = /^Cannot find (?:package|module) '((?:@[\w.-]+\/)?\w[\w.-]*)[/']/

function isMissing (error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND')
}
