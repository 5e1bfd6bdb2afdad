// What the commands about other servers get from outside: the environment, the directory, and how a person is asked.

import type { Environment } from '../config/environment.ts'

export interface UpstreamCommandSources {
  readonly env: Environment
  /** Absent: there is no terminal, and a question cannot be asked. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
  /** The path of the running program, for hints that can be typed. */
  readonly program?: string | undefined
  /** The directory for relative names. */
  readonly cwd: string
}
