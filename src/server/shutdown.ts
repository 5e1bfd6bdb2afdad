// How does the process end? In good order and in bounded time: `/ready` turns red, new requests are refused while accepted
// ones are answered, the listener and then the storage are closed. What is not done by the deadline is dropped. Idempotency
// keys tell whoever was dropped what became of it.

import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Drain } from '../http/routes/drain.ts'

/** At least so long new requests get an answer, and not a refused connection; and as long as accepted ones are running. */
const LINGER_MS = 500
/** Of the time there is, what is spent listening; the rest is for closing. */
const LISTENING_SHARE = 0.8
const CHECK_MS = 50

export interface ShutdownSettings {
  /** How long requests are still served after `/ready` has turned red. */
  readonly shutdownNoticeMs: number
  /** For everything. */
  readonly shutdownDeadlineMs: number
}

export interface EndingProcess {
  /** Stops listening, waits for what was accepted, closes the storage. */
  readonly app: { readonly close: () => PromiseLike<unknown>, readonly server: Pick<Server, 'closeIdleConnections' | 'getConnections'> }
  readonly drain: Drain
  readonly logger: Logger
  /** Read when the signal comes. */
  readonly settings: () => ShutdownSettings
}

/** `process`, or whoever passes its signals on. */
export interface EndSignals {
  readonly on: (signal: 'SIGTERM' | 'SIGINT', listener: (signal: 'SIGTERM' | 'SIGINT') => void) => unknown
}

/** SIGTERM gives notice; SIGINT, which a person sends, does not. A second signal ends at once. */
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
      // what is written with a delay goes out first
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

/** Connections that are left when the idle ones are closed have a request on them. */
function isBusy (server: EndingProcess['app']['server']): Promise<boolean> {
  server.closeIdleConnections()
  return new Promise(resolve => { server.getConnections((error, count) => { resolve(error === null && count > 0) }) })
}
