// The command line of the server program: two options, no operands.

import { nearestName } from './nearest-name.ts'
import { LOCAL_PROFILE_FLAG } from './rules.ts'

export interface GatewayArguments {
  readonly help: boolean
  readonly allowLocalProfileOffLoopback: boolean
  /** Options that do not exist, each with the most similar one that does. */
  readonly unknown: readonly { readonly option: string, readonly nearest: string | undefined }[]
}

const HELP_FLAG = '--help'

export const GATEWAY_USAGE = `Usage: node dist/server.js [${LOCAL_PROFILE_FLAG}] [${HELP_FLAG}]

Runs the gateway. GATEWAY_CONFIG names the configuration file (default config/local.json);
docs/configuration.md lists its members and the environment variables that override them.

  ${LOCAL_PROFILE_FLAG}  accept a file with "profile": "local" on a host off loopback
  ${HELP_FLAG}                              print this and exit
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
