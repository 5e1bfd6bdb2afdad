// Those who look: each is a response that stays open (server-sent events). A viewer is written to only while its connection takes more,
// so one that reads slowly falls behind, and learns how much it missed; no request ever waits for it.
// https://html.spec.whatwg.org/multipage/server-sent-events.html

import type { ServerResponse } from 'node:http'
import type { Ring } from './ring.ts'

const MAX_VIEWERS = 64
/** Shorter than the time after which proxies and the listener close a quiet connection. */
const HEARTBEAT_MS = 15_000
/** A viewer that has taken nothing for this long is closed. */
const STUCK_MS = 60_000
/** What one viewer gets in one turn of the event loop. */
const TURN_CHARACTERS = 65_536
/** Notes go on for this long after the last viewer has left: it may come back after a reload of the page. */
const LINGER_MS = 60_000

interface Viewer {
  readonly response: ServerResponse
  sequence: number
  writtenAtMs: number
}

export interface ViewersOptions {
  readonly ring: Ring
  /** Six random characters or more: sequences of another life of the process mean nothing in this one. */
  readonly life: string
  readonly monotonicMs: () => number
  /** JSON of the first event. */
  readonly hello: (restarted: boolean) => string
  readonly watched: (watched: boolean) => void
}

export interface Viewers {
  /** @param lastEventId of the stream that the viewer had before */
  readonly add: (response: ServerResponse, lastEventId: string | undefined) => boolean
  /** There is something new in the ring. */
  readonly wake: () => void
  readonly close: () => void
}

export function createViewers ({ ring, life, monotonicMs, hello, watched }: ViewersOptions): Viewers {
  const viewers = new Set<Viewer>()
  let heartbeat: NodeJS.Timeout | undefined
  let lingering: NodeJS.Timeout | undefined

  function pump (viewer: Viewer): void {
    const { response } = viewer
    let written = 0
    while (!response.writableNeedDrain && !response.destroyed) {
      // Other requests of this process come between two turns.
      if (written > TURN_CHARACTERS) {
        setImmediate(pump, viewer)
        return
      }
      const { entry, lost } = ring.after(viewer.sequence)
      if (lost > 0) write(viewer, 'drops', JSON.stringify({ count: lost, why: 'slow-viewer' }), (entry?.sequence ?? ring.last() + 1) - 1)
      if (entry === undefined) {
        viewer.sequence = ring.last()
        return
      }
      viewer.sequence = entry.sequence
      written += entry.data.length
      write(viewer, entry.event, entry.data, entry.sequence)
    }
  }

  function write (viewer: Viewer, event: string, data: string, sequence: number): void {
    viewer.response.write(`id: ${life}-${sequence}\nevent: ${event}\ndata: ${data}\n\n`)
    viewer.writtenAtMs = monotonicMs()
  }

  function beat (): void {
    for (const viewer of viewers) {
      if (!viewer.response.writableNeedDrain) viewer.response.write(': still here\n\n')
      else if (monotonicMs() - viewer.writtenAtMs >= STUCK_MS) viewer.response.destroy()
    }
  }

  function remove (viewer: Viewer): void {
    viewers.delete(viewer)
    if (viewers.size > 0) return
    clearInterval(heartbeat)
    heartbeat = undefined
    lingering = setTimeout(() => { watched(false) }, LINGER_MS).unref()
  }

  return {
    add (response, lastEventId) {
      if (viewers.size >= MAX_VIEWERS) return false
      clearTimeout(lingering)
      if (viewers.size === 0) watched(true)
      const [ofLife, sequence] = lastEventId?.split('-') ?? []
      const continues = ofLife === life && /^\d{1,15}$/.test(sequence ?? '')
      const viewer = { response, sequence: continues ? Number(sequence) : 0, writtenAtMs: monotonicMs() }
      if (!continues) viewer.sequence = firstOf(ring)
      viewers.add(viewer)
      heartbeat ??= setInterval(beat, HEARTBEAT_MS).unref()
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no'
      })
      response.write(`retry: 2000\nevent: hello\ndata: ${hello(ofLife !== undefined && ofLife !== life)}\n\n`)
      response.on('drain', () => { pump(viewer) })
      response.once('close', () => { remove(viewer) })
      pump(viewer)
      return true
    },
    wake () {
      for (const viewer of viewers) pump(viewer)
    },
    close () {
      clearInterval(heartbeat)
      clearTimeout(lingering)
      for (const { response } of viewers) response.end()
    }
  }
}

/** A new viewer has missed nothing: it begins with what there is. */
function firstOf (ring: Ring): number {
  const { lost } = ring.after(0)
  return lost
}
