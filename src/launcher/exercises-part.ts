// The exercises of a workshop as a part of the stack: it follows the console of the gateway, and resets its storage between two classes.

import { join } from 'node:path'
import type { Environment } from '../config/environment.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Part, Workshop } from './part.ts'

/** @param system what any program needs of the environment */
export function exercisesPart (env: Environment, config: LoadedConfig['config'], workshop: Workshop, system: Environment): Part {
  const { consolePort, filesUrl, folder, directory, classroom } = workshop
  const port = env['EXERCISES_PORT'] ?? '3445'
  return {
    label: 'CLASS',
    name: 'exercises',
    ports: [{ port: Number(port), variable: 'EXERCISES_PORT' }],
    args: ['.build/src/exercises/class-exercises.js'],
    env: {
      ...system,
      EXERCISES_PORT: port,
      EXERCISES_ORIGIN: `http://${classroom?.address ?? 'localhost'}:${port}`,
      EXERCISES_ADDRESS: classroom?.address,
      EXERCISES_TEACHER_SECRET: classroom?.teacherSecret,
      EXERCISES_CONSOLE: `http://localhost:${consolePort}`,
      EXERCISES_OWN_CONSOLES: env['EXERCISES_OWN_CONSOLES'],
      EXERCISES_PEOPLE: env['PRACTICE_AS_PEOPLE'],
      EXERCISES_ISSUER: config.authorizationServer.issuer,
      EXERCISES_TICKETS: config.resource.identifier,
      EXERCISES_FILES: filesUrl,
      EXERCISES_FOLDER: folder,
      EXERCISES_STORAGE: config.storage.url,
      EXERCISES_PROGRESS: join(directory, 'progress.json')
    },
    endSignal: 'SIGTERM',
    ready: { line: /^exercises ready/ }
  }
}
