// What each step of the walk works with.

import type { Curl } from './curl.ts'
import type { Narrator } from './narrator.ts'

export interface Tools {
  readonly narrator: Narrator
  readonly curl: Curl
  /** A directory of this walk's own, for the cookie jar. */
  readonly directory: string
}
