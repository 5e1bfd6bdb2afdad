// Loads the configuration of the server with everything that it serves: the file, the upstream files and their locks together. All mistakes
// are found before anything starts, and no connection is opened.

import { loadConfig, type ConfigSources, type LoadedConfig } from '../config/load.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import { err, type Result } from '../kernel/result.ts'
import { compileUpstreams } from '../proxy/compiled-upstreams.ts'

export function loadServed (sources: ConfigSources = {}): Result<LoadedConfig, readonly ConfigMistake[]> {
  const loaded = loadConfig(sources)
  if (!loaded.ok) return loaded
  const compiled = compileUpstreams(loaded.value.upstreams)
  return compiled.ok ? loaded : err(compiled.error)
}
