// The end of the process, in order and in bounded time: `/ready` turns red, new requests are refused while accepted ones are answered,
// then the listener and the storage are closed. Requests that run longer than the deadline are dropped; a client that repeats one with
// the same idempotency key learns its result. Why not close-with-grace: docs/decisions/0018-shutdown-in-two-steps.md

import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Drain } from '../http/routes/drain.ts'

/** How long the listener stays open at least, so that a new request gets a 503 and not a refused connection. */
const LINGER_MS = 500
/** The share of the time in which the listener stays open; the rest is for closing. */
const LISTENING_SHARE = 0.8
const CHECK_MS = 50

interface ShutdownSettings {
  /** How long requests are still served after `/ready` has turned red, in milliseconds. */
  readonly shutdownNoticeMs: number
  /** For the whole shutdown, in milliseconds. */
  readonly shutdownDeadlineMs: number
}

interface EndingListeners {
  readonly closeIdleConnections: () => void
  readonly getConnections: (callback: (error: Error | null, count: number) => void) => unknown
}

export interface EndingProcess {
  /** `close` stops listening, waits for the accepted requests and closes the storage. */
  readonly app: { readonly close: () => PromiseLike<unknown>, readonly server: EndingListeners }
  readonly drain: Drain
  readonly logger: Logger
  /** Read when the signal arrives. */
  readonly settings: () => ShutdownSettings
}

/** `process`, or the link to a primary that forwards signals. */
export interface EndSignals {
  readonly on: (signal: 'SIGTERM' | 'SIGINT', listener: (signal: 'SIGTERM' | 'SIGINT') => void) => unknown
}

/** SIGTERM waits for load balancers to notice; SIGINT, which a person sends, does not. A second signal ends the process at once. */
export function endOnSignals (ending: EndingProcess, signals: EndSignals): void {
  let begun = false
  const end = (signal: 'SIGTERM' | 'SIGINT') => {
    if (begun) process.exit(1)
    begun = true
    const { shutdownNoticeMs, shutdownDeadlineMs } = ending.settings()
    const { logger } = ending
    logger.info({ event: 'closing', signal }, 'closing')
    setTimeout(() => {
      logger.error({ event: 'closing' }, 'requests were still running at the shutdown deadline')
      // The batch of pending lines is written first.
      logger.flush()
      process.exit(1)
    }, shutdownDeadlineMs).unref()
    const [noticeMs, lingerMs] = signal === 'SIGTERM' ? [shutdownNoticeMs, LINGER_MS] : [0, 0]
    endInOrder(ending, noticeMs, lingerMs, (shutdownDeadlineMs - noticeMs) * LISTENING_SHARE).catch((error: unknown) => {
      logger.error({ event: 'closing', name: (error as Error).name }, 'closing failed')
      process.exitCode = 1
    })
  }
  signals.on('SIGTERM', end)
  signals.on('SIGINT', end)
}

async function endInOrder ({ app, drain, logger }: EndingProcess, noticeMs: number, lingerMs: number, listeningMs: number): Promise<void> {
  drain.announce()
  await delay(noticeMs)
  drain.begin()
  await delay(lingerMs)
  for (let waitedMs = lingerMs; waitedMs < listeningMs && await isBusy(app.server); waitedMs += CHECK_MS) await delay(CHECK_MS)
  await app.close()
  logger.info({ event: 'closed' }, 'closed')
}

/** After the idle connections are closed, each connection that is left has a request. */
function isBusy (server: EndingProcess['app']['server']): Promise<boolean> {
  server.closeIdleConnections()
  return new Promise(resolve => { server.getConnections((error, count) => { resolve(error === null && count > 0) }) })
}
