// Which of the configured authorization servers is meant? What its checks begin with, and what its members are called, so that an
// operator of several mends the right one.

import { variableFor } from '../config/environment.ts'

export interface ServerPlace {
  /** What its checks begin with. */
  readonly name: string
  /** The dotted path of a member, with the environment variable that overrides it, if there is one. */
  readonly member: (path: string) => string
}

/** @param index in the order in which they are asked, from 0 */
export function serverPlace (index: number): ServerPlace {
  const group = index === 0 ? 'authorizationServer' : `furtherAuthorizationServers.${index - 1}`
  return {
    name: index === 0 ? 'authorization-server' : `authorization-server-${index + 1}`,
    member (path) {
      const dotted = `${group}.${path}`
      const variable = variableFor(dotted.split('.'))
      return variable === undefined ? dotted : `${dotted} (${variable.name})`
    }
  }
}
