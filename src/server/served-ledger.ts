// The ledger of a running server: opened when a tool whose calls count is served, and asked again and again for holds whose time is over. A
// gateway that was killed in the middle of a call left such a hold; any gateway on the same database finds it. Old calls are deleted.

import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { epochMilliseconds, type EpochMilliseconds } from '../kernel/units.ts'
import type { HoldRecord } from '../ledger/hold.ts'
import type { HoldLedger } from '../ledger/hold-ledger.ts'
import type { LedgerAudit } from '../ledger/ledger-records.ts'
import type { ObserveProxy } from '../proxy/proxy-event.ts'
import { pruneInBatches } from './ledger-pruning.ts'

/** Between two looks for holds whose time is over. */
const LOOK_MS = 30_000
const DAY_MS = 24 * 3_600_000
/** How long the results of calls with an idempotency key are kept. */
const KEEP_RESULTS_MS = DAY_MS
/** Between two looks for old calls. */
const PRUNE_MS = 3_600_000

export interface ServedLedgerOptions {
  /** May reject: the next use tries again. */
  readonly open: () => Promise<HoldLedger>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info' | 'error'>
  /** How long a call is kept after its outcome became known. */
  readonly retentionDays: number
  readonly observe: ObserveProxy
  readonly audit: () => LedgerAudit | undefined
}

export interface ServedLedger {
  /** Opens at its first use. */
  readonly ledger: HoldLedger
  /**
   * Opens, and looks for holds whose time is over from now on. A second call has no effect.
   * @throws GatewayError, StorageUnavailable (as a rejected promise)
   */
  readonly start: () => Promise<void>
  /** Resolves when the ledger answers, or is not in use. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

export function createServedLedger ({ open, clock, logger, retentionDays, observe, audit }: ServedLedgerOptions): ServedLedger {
  let opening: Promise<HoldLedger> | undefined
  let timer: NodeJS.Timeout | undefined
  let pruning: Promise<void> | undefined
  let nextPruningMs = 0
  const begun = { now: clock.now(), monotonicMs: clock.monotonicMs() }
  const closing = new AbortController()

  function opened (): Promise<HoldLedger> {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  async function look (): Promise<void> {
    const ledger = await opened()
    const now = clock.now()
    for (const hold of await ledger.expire(now)) {
      const { id, upstream, tool, amount, unit, clientId } = hold
      observe({ kind: 'ledger', upstream, tool, what: 'unknown', hold: id })
      audit()?.settled({ hold: id, person: personOf(hold), clientId, upstream, tool, amount, unit, outcome: 'unknown' })
    }
    await ledger.forgetResults(epochMilliseconds(now - KEEP_RESULTS_MS))
    if (pruning !== undefined || clock.monotonicMs() < nextPruningMs) return
    nextPruningMs = clock.monotonicMs() + PRUNE_MS
    pruning = prune(ledger, epochMilliseconds(Math.min(now, latestNow()) - retentionDays * DAY_MS)).finally(() => { pruning = undefined })
  }

  /** A wall clock that is set far forward while this process runs must not make every call an old one. */
  function latestNow (): number {
    return begun.now + (clock.monotonicMs() - begun.monotonicMs) + DAY_MS
  }

  /** Beside the requests; never rejects. */
  async function prune (ledger: HoldLedger, before: EpochMilliseconds): Promise<void> {
    const { signal } = closing
    const pause = (ms: number) => delay(ms, undefined, { signal, ref: false })
    try {
      const holds = await pruneInBatches({ ledger, before, monotonicMs: clock.monotonicMs, pause })
      if (holds === 0) return
      logger.info({ event: 'ledger-pruned', holds }, 'calls older than storage.ledgerRetentionDays were deleted from the ledger')
    } catch (error) {
      if (!signal.aborted) reportUnavailable(error)
    }
  }

  function reportUnavailable (error: unknown): void {
    const code = error instanceof GatewayError ? error.code : 'GW_INTERNAL'
    logger.error({ event: 'ledger-unavailable', code }, 'the ledger cannot be asked for calls without an outcome, or for old ones')
  }

  async function start (): Promise<void> {
    if (timer !== undefined) return
    await look()
    timer ??= setInterval(() => {
      look().catch(reportUnavailable)
    }, LOOK_MS).unref()
  }

  return {
    ledger: {
      hold: async command => (await opened()).hold(command),
      settle: async (...settled) => (await opened()).settle(...settled),
      expire: async at => (await opened()).expire(at),
      forgetResults: async before => (await opened()).forgetResults(before),
      prune: async (before, most) => (await opened()).prune(before, most),
      list: async query => (await opened()).list(query),
      find: async id => (await opened()).find(id),
      resolve: async (id, resolution, at) => (await opened()).resolve(id, resolution, at),
      spent: async (owner, counters) => (await opened()).spent(owner, counters),
      ping: async () => (await opened()).ping(),
      close: async () => { await close() }
    },
    start,
    ping: async () => { if (opening !== undefined) await (await opening).ping() },
    close
  }

  async function close (): Promise<void> {
    clearInterval(timer)
    closing.abort()
    await pruning
    const ledger = await opening?.catch(() => undefined)
    await ledger?.close()
  }
}

/** As the ledger keeps it: a client that acts for itself has its issuer with the mark of personKey. */
function personOf ({ issuer, subject }: HoldRecord): { readonly issuer: string, readonly subject: string } {
  return { issuer, subject }
}
