// One program of the stack: how it is started, where it listens, and when it is ready; and what a workshop adds to the stack.

import type { Environment } from '../config/environment.ts'
import type { ClassroomAddress } from './classroom-address.ts'

type Label = 'SHOP' | 'AS' | 'APP' | 'SITE' | 'CLASS' | 'INSPECT'

export interface Part {
  readonly label: Label
  /** What people call it. */
  readonly name: string
  /** TCP ports it needs, each with the variable that moves it. */
  readonly ports: readonly { readonly port: number, readonly variable: string }[]
  /** Arguments for Node: the script, then its own. */
  readonly args: readonly string[]
  readonly env: Environment
  /** What ends its whole process group in good order. */
  readonly endSignal: 'SIGTERM' | 'SIGINT'
  /** Ready once this address answers 200, or once a line of output matches. */
  readonly ready: { readonly url: string } | { readonly line: RegExp }
}

export interface Workshop {
  readonly consolePort: number
  /** The second resource. */
  readonly filesUrl: string
  /** What the file server serves. */
  readonly folder: string
  /** For its data. */
  readonly directory: string
  /** Undefined: on this machine alone. */
  readonly classroom: ClassroomAddress | undefined
}
