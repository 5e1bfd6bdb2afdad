// The console of one process, put together: the ring, the viewers and the listener; and the recorder of each process that serves. With
// several workers the first process listens and the workers record.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Batch } from './recorder.ts'
import { startConsoleListener, type ConsoleListenerOptions } from './console-listener.ts'
import { createRing } from './ring.ts'
import type { SessionHead } from './shown-request.ts'
import { createViewers } from './viewers.ts'

export interface ConsoleOptions extends Pick<ConsoleListenerOptions, 'host' | 'port' | 'secret' | 'files'> {
  readonly version: string
  readonly resource: string
  readonly workers: number
  readonly clock: Clock
  /** Told when the first viewer comes, and a while after the last one has left. */
  readonly watched: (watched: boolean) => void
}

export interface Console {
  readonly port: number
  /** Takes what a process that serves has to tell. */
  readonly take: (batch: Batch) => void
  readonly close: () => Promise<void>
}

/** @throws the error of `listen`, as a rejected promise */
export async function startConsole (
  { host, port, secret, files, version, resource, workers, clock, watched }: ConsoleOptions
): Promise<Console> {
  const ring = createRing()
  const head = (): SessionHead => {
    return { format: 'mcp-gateway-session/1', version, resource, workers, at: new Date(clock.now()).toISOString() }
  }
  const viewers = createViewers({
    ring,
    life: randomBytes(6).toString('hex'),
    monotonicMs: clock.monotonicMs,
    hello: restarted => JSON.stringify({ ...head(), restarted }),
    watched
  })
  const listener = await startConsoleListener({
    host,
    port,
    secret,
    viewers,
    session: () => [JSON.stringify(head()), ...ring.requests(), ''].join('\n'),
    ...(files === undefined ? {} : { files })
  })
  return {
    port: listener.port,
    take ({ records, dropped }) {
      for (const { id, json } of records) ring.addRequest(id, json)
      if (dropped > 0) ring.addDropped(dropped)
      viewers.wake()
    },
    async close () {
      viewers.close()
      await listener.close()
    }
  }
}
