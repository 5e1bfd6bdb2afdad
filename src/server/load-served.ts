// Loads the configuration of the server with everything that it serves: the file, the upstream files and their locks together. All mistakes
// are found before anything starts, and no connection is opened.

import { loadConfig, loadedEndpoints, type ConfigSources, type LoadedConfig } from '../config/load.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import { err, type Result } from '../kernel/result.ts'
import { compileUpstreams } from '../proxy/compiled-upstreams.ts'
import { endpointPathMistakes } from './endpoint-paths.ts'

export function loadServed (sources: ConfigSources = {}): Result<LoadedConfig, readonly ConfigMistake[]> {
  const loaded = loadConfig(sources)
  if (!loaded.ok) return loaded
  const endpoints = loadedEndpoints(loaded.value)
  const mistakes = [
    ...endpointPathMistakes(endpoints, loaded.value.file),
    ...endpoints.flatMap(({ upstreams }) => {
      const compiled = compileUpstreams(upstreams)
      return compiled.ok ? [] : compiled.error
    })
  ]
  return mistakes.length === 0 ? loaded : err(mistakes)
}
