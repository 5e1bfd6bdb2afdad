// A whole workshop as the launcher starts it, on free ports and with a folder of its own.

import type { Test } from 'tap'
import { launch, type Stack } from './launched-stack.ts'
import type { WorkshopPlace } from './attendee.ts'
import { freePorts } from './processes.ts'

export interface LaunchedWorkshop extends Stack {
  readonly console: string
  readonly exercises: string
  readonly place: WorkshopPlace
  /** Of a gateway that an attendee writes. */
  readonly ownTool: { readonly port: number, readonly consolePort: number }
}

export async function launchWorkshop (t: Test, more: Readonly<Record<string, string>> = {}): Promise<LaunchedWorkshop> {
  const [consolePort = 0, exercisesPort = 0, ownToolPort = 0, ownConsolePort = 0] = await freePorts(4)
  const directory = t.testdir()
  const stack = await launch(t, ['--workshop', '--no-inspector'], {
    CONSOLE_PORT: String(consolePort),
    EXERCISES_PORT: String(exercisesPort),
    EXERCISES_OWN_CONSOLES: `http://localhost:${ownConsolePort}`,
    WORKSHOP_OWN_TOOL: `http://localhost:${ownToolPort}/mcp`,
    WORKSHOP_DIRECTORY: directory,
    STORAGE_URL: `sqlite:${directory}/tickets.db`,
    ...more
  })
  await stack.program.line(/^Ctrl-C ends everything/)
  return {
    ...stack,
    console: `http://localhost:${consolePort}`,
    exercises: `http://localhost:${exercisesPort}`,
    ownTool: { port: ownToolPort, consolePort: ownConsolePort },
    place: {
      tickets: stack.gateway, files: stack.gateway.replace(/mcp$/, 'files'), issuer: stack.issuer, folder: `${directory}/files/projects`
    }
  }
}
