// What `init` gets from outside: the environment, the directory, the person at a terminal, and for tests the connections.

import type { AuthorizationServerSettings } from '../../auth/server/authorization-server.ts'
import type { Environment } from '../../config/environment.ts'
import type { Dialogue } from './dialogue.ts'

export interface InitSources {
  readonly env: Environment
  /** The directory for relative names. */
  readonly cwd: string
  /** Absent, or without a dialogue: there is no terminal, and a question cannot be asked. */
  readonly dialogue: (() => Dialogue | undefined) | undefined
  /** The path of the running program, for hints that can be typed. */
  readonly program?: string | undefined
  /** For tests: takes the place of the connections to the authorization server. */
  readonly dispatcher?: AuthorizationServerSettings['dispatcher']
}
