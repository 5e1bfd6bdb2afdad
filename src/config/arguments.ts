// The command line of the server program: two options, no operands.

import { nearestName } from './nearest-name.ts'

export interface GatewayArguments {
  readonly help: boolean
  readonly allowLocalProfileOffLoopback: boolean
  /** Options that do not exist, each with the most similar one that does. */
  readonly unknown: readonly { readonly option: string, readonly nearest: string | undefined }[]
}

/** Accepts a local profile on a host that other machines reach. */
export const LOCAL_PROFILE_FLAG = '--allow-local-profile-off-loopback'
const HELP_FLAG = '--help'

/** For completion, in the shape of parseArgs. */
export const GATEWAY_OPTIONS = { [LOCAL_PROFILE_FLAG.slice(2)]: { type: 'boolean' } } as const

export const GATEWAY_USAGE = `Usage: mcp-resource-gateway start [${LOCAL_PROFILE_FLAG}]

Runs the gateway; node dist/server.js is the same without this command. GATEWAY_CONFIG names the
configuration file (default config/local.json); docs/configuration.md lists its members and the
environment variables that override them. SIGHUP reads the file again, SIGTERM and Ctrl-C end it.

  ${LOCAL_PROFILE_FLAG}  accept a file with "profile": "local" on a host off loopback
  ${HELP_FLAG}                              prints this

Exit status: 0 when it was asked to end and did so in time, 1 when it could not start or had to be
cut off, 2 for a wrong command line.
`

/** @param args without the names of the interpreter and the script */
export function parseArguments (args: readonly string[]): GatewayArguments {
  const known = [LOCAL_PROFILE_FLAG, HELP_FLAG]
  return {
    help: args.includes(HELP_FLAG) || args.includes('-h'),
    allowLocalProfileOffLoopback: args.includes(LOCAL_PROFILE_FLAG),
    unknown: args.filter(arg => !known.includes(arg) && arg !== '-h').map(option => ({ option, nearest: nearestName(option, known) }))
  }
}
