// Notes requests while there are viewers, and hands over what is new every 50 ms, each request once. Nothing is kept without a viewer,
// and more requests than a viewer could read are counted in place of being noted.

import type { AuthenticationEvent } from '../auth/observation.ts'
import type { Clock } from '../kernel/clock.ts'
import type { RequestWatch } from '../mcp/request-watch.ts'
import { createInquiries } from './inquiries.ts'
import { Notebook } from './notebook.ts'

const FLUSH_MS = 50
/** Between two deliveries: 5,000 new requests a second. */
const MAX_CHANGED = 250
const MAX_RUNNING = 2000

/** What one process has to tell since the last time. */
export interface Batch {
  /** Requests as JSON, the newest state of each. */
  readonly records: readonly NotedRecord[]
  /** Requests that were not noted. */
  readonly dropped: number
}

interface NotedRecord {
  readonly id: string
  readonly json: string
}

export interface RecorderOptions {
  /** 0 for a single process. */
  readonly worker: number
  readonly resource: string
  readonly clock: Clock
  /** Must not throw. */
  readonly deliver: (batch: Batch) => void
}

export interface Recorder {
  readonly watch: RequestWatch
  readonly authentication: (event: AuthenticationEvent) => void
  readonly setWatched: (watched: boolean) => void
  readonly close: () => void
}

export function createRecorder ({ worker, resource, clock, deliver }: RecorderOptions): Recorder {
  const inquiries = createInquiries()
  const changed = new Set<Notebook>()
  const running = new Set<Notebook>()
  let dropped = 0
  let lastNumber = 0
  let timer: NodeJS.Timeout | undefined

  const watch = {
    watched: false,
    begin () {
      if (changed.size >= MAX_CHANGED || running.size >= MAX_RUNNING) {
        dropped += 1
        schedule()
        return undefined
      }
      lastNumber += 1
      const notebook = new Notebook({
        id: `${worker}-${lastNumber}`,
        arrivedAt: clock.now(),
        arrivedAtMs: clock.monotonicMs(),
        monotonicMs: clock.monotonicMs,
        changed: note
      })
      running.add(notebook)
      note(notebook)
      return notebook
    }
  }

  function note (notebook: Notebook): void {
    if (!watch.watched) return
    changed.add(notebook)
    schedule()
  }

  function schedule (): void {
    timer ??= setTimeout(flush, FLUSH_MS).unref()
  }

  function flush (): void {
    timer = undefined
    const records = [...changed].map(notebook => {
      if (notebook.state !== 'running') running.delete(notebook)
      const shown = notebook.show(inquiries, resource)
      return { id: shown.id, json: JSON.stringify(shown) }
    })
    changed.clear()
    const batch = { records, dropped }
    dropped = 0
    deliver(batch)
  }

  return {
    watch,
    authentication (event) {
      if (watch.watched && event.kind === 'inquiry') inquiries.ended(event, clock.monotonicMs())
    },
    setWatched (watched) {
      watch.watched = watched
      if (watched) return
      inquiries.clear()
      changed.clear()
      running.clear()
    },
    close: () => { clearTimeout(timer) }
  }
}
