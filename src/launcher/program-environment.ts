// What any program needs of the environment: where programs, home and temporary files are, and the language.

import { delimiter, dirname } from 'node:path'
import type { Environment } from '../config/environment.ts'

const KEPT = ['HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TERM', 'NO_COLOR']

export function programEnvironment (env: Environment): Environment {
  const kept = KEPT.flatMap(name => env[name] === undefined ? [] : [[name, env[name]] as const])
  return { ...Object.fromEntries(kept), PATH: [dirname(process.execPath), env['PATH'] ?? ''].join(delimiter) }
}
