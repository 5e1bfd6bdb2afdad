// The ledger of a running server: opened when a tool whose calls count is served, and asked again and again for holds whose time is over. A
// gateway that was killed in the middle of a call left such a hold; any gateway on the same database finds it.

import type { Logger } from 'pino'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { epochMilliseconds } from '../kernel/units.ts'
import type { HoldRecord } from '../ledger/hold.ts'
import type { HoldLedger } from '../ledger/hold-ledger.ts'
import type { LedgerAudit, ObserveProxy } from '../proxy/proxy-event.ts'

/** Between two looks for holds whose time is over. */
const LOOK_MS = 30_000
/** How long the results of calls with an idempotency key are kept. */
const KEEP_RESULTS_MS = 24 * 3_600_000

export interface ServedLedgerOptions {
  /** May reject: the next use tries again. */
  readonly open: () => Promise<HoldLedger>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'error'>
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

export function createServedLedger ({ open, clock, logger, observe, audit }: ServedLedgerOptions): ServedLedger {
  let opening: Promise<HoldLedger> | undefined
  let timer: NodeJS.Timeout | undefined

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
  }

  async function start (): Promise<void> {
    if (timer !== undefined) return
    await look()
    timer ??= setInterval(() => {
      look().catch((error: unknown) => {
        const code = error instanceof GatewayError ? error.code : 'GW_INTERNAL'
        logger.error({ event: 'ledger-unavailable', code }, 'the ledger cannot be asked for calls without an outcome')
      })
    }, LOOK_MS).unref()
  }

  return {
    ledger: {
      hold: async command => (await opened()).hold(command),
      settle: async (...settled) => (await opened()).settle(...settled),
      expire: async at => (await opened()).expire(at),
      forgetResults: async before => (await opened()).forgetResults(before),
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
    const ledger = await opening?.catch(() => undefined)
    await ledger?.close()
  }
}

/** As the ledger keeps it: a client that acts for itself has its issuer with the mark of personKey. */
function personOf ({ issuer, subject }: HoldRecord): { readonly issuer: string, readonly subject: string } {
  return { issuer, subject }
}
