// The console as an observer of one process: what it notes goes to the listener of this process, or to the process that listens for several
// workers. A console that cannot listen keeps no gateway from serving: it only looks on.

import type { AuthenticationEvent } from '../auth/observation.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { startConsole, type Console } from '../console/console.ts'
import { createRecorder, type Batch } from '../console/recorder.ts'
import type { Clock } from '../kernel/clock.ts'
import type { RequestWatch } from '../mcp/request-watch.ts'

/** The process that listens for several workers. */
export interface ConsoleReader {
  readonly worker: number
  /** Whether there is a viewer when this process starts. */
  readonly watched: boolean
  readonly deliver: (batch: Batch) => void
  /** Takes what is to be called when the first viewer comes and the last one has left. */
  readonly onWatched: (setWatched: (watched: boolean) => void) => void
}

export interface ConsoleObserver {
  readonly watch: RequestWatch
  readonly authentication: (event: AuthenticationEvent) => void
  readonly close: () => Promise<void>
}

export interface ConsoleSurroundings {
  readonly config: GatewayConfig
  readonly clock: Clock
  readonly version: string
  readonly log: Readonly<Record<'info' | 'warn', (line: object, text: string) => void>>
}

/** For one of several workers. */
export function observeForReader ({ config, clock }: ConsoleSurroundings, reader: ConsoleReader): ConsoleObserver {
  const { worker, deliver, watched, onWatched } = reader
  const recorder = createRecorder({ worker, resource: config.resource.identifier, clock, deliver })
  recorder.setWatched(watched)
  onWatched(recorder.setWatched)
  return { watch: recorder.watch, authentication: recorder.authentication, close: () => Promise.resolve(recorder.close()) }
}

/** For a process that serves alone. @returns `undefined` when the console cannot listen */
export async function observeAndListen (surroundings: ConsoleSurroundings): Promise<ConsoleObserver | undefined> {
  const { config, clock } = surroundings
  let take: Console['take'] = () => {}
  const recorder = createRecorder({
    worker: 0, resource: config.resource.identifier, clock, deliver: batch => { take(batch) }
  })
  const listening = await listenForConsole(surroundings, recorder.setWatched)
  if (listening === undefined) return undefined
  take = listening.take
  return {
    watch: recorder.watch,
    authentication: recorder.authentication,
    async close () {
      recorder.close()
      await listening.close()
    }
  }
}

/** @returns `undefined` when it cannot listen, which the log says */
export async function listenForConsole (
  { config, clock, version, log }: ConsoleSurroundings, watched: (watched: boolean) => void
): Promise<Console | undefined> {
  const { host, port, secret } = config.console
  try {
    const { workers, resource: { identifier: resource } } = config
    const listening = await startConsole({ host, port, secret, version, resource, workers, clock, watched })
    const name = host.includes(':') ? `[${host}]` : host
    log.info({ event: 'console', host, port: listening.port }, `console: http://${name}:${listening.port}`)
    return listening
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    const hint = 'The gateway serves without its console. Set console.port to a port that is free, or console.enabled to false.'
    log.warn({ event: 'no-console', host, port, code, hint }, 'the console cannot listen')
    return undefined
  }
}
