// Which endpoint of a configuration does a command ask about? Named by its resource identifier, which is what tokens are for.

import { loadedEndpoints, type LoadedConfig, type LoadedEndpoint } from '../config/load.ts'
import { nearestName } from '../config/nearest-name.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** @returns that of `resource` when none is named; an error is a phrase for the operator, which names what configuration has */
export function endpointNamed (identifier: string | undefined, loaded: LoadedConfig): Result<LoadedEndpoint, string> {
  const endpoints = loadedEndpoints(loaded)
  const [first] = endpoints
  if (identifier === undefined) return ok(first)
  const found = endpoints.find(({ config }) => config.resource.identifier === identifier)
  if (found !== undefined) return ok(found)
  const known = endpoints.map(({ config }) => config.resource.identifier)
  const nearest = nearestName(identifier, known)
  return err(`--endpoint: no such endpoint; ${nearest === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${nearest}?`}`)
}
