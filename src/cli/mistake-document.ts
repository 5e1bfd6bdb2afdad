// Which document describes the member that a mistake is about? Upstream files and their locks have another one than the configuration.

import { CONFIG_FILE_VARIABLE, DEFAULT_CONFIG_FILE, type Environment } from '../config/environment.ts'
import type { ConfigMistake } from '../config/mistake.ts'

const JSON_FILE = /\.json$/
const UPSTREAM_FILES = /^(endpoints\.\d+\.)?upstreams\.\d+$/

/** A sentence for the operator. */
export function documentOf ({ path, source }: ConfigMistake, environment: Environment): string {
  if (source === 'command line') return 'docs/command-line.md lists the options.'
  // A file that cannot be read is itself the path.
  const file = source ?? path
  const isUpstream = JSON_FILE.test(file) && file !== (environment[CONFIG_FILE_VARIABLE] ?? DEFAULT_CONFIG_FILE)
  return isUpstream || UPSTREAM_FILES.test(path)
    ? 'docs/upstreams.md describes upstream files and their locks.'
    : 'docs/configuration.md describes every member.'
}
