// How the report names one of several authorization servers and its configuration members, so that the operator corrects the
// right one.

import type { ConfiguredServer } from '../config/authorization-servers.ts'
import { variableFor } from '../config/environment.ts'

export interface ServerPlace {
  /** Prefix of its checks, such as `authorization-server-2`. */
  readonly name: string
  /** The dotted path of a member, with the environment variable that overrides it, if there is one. */
  readonly member: (path: string) => string
}

export function serverPlace ({ name, path: group }: ConfiguredServer): ServerPlace {
  return {
    name,
    member (path) {
      const dotted = `${group}.${path}`
      const variable = variableFor(dotted.split('.'))
      return variable === undefined ? dotted : `${dotted} (${variable.name})`
    }
  }
}
