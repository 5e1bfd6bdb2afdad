// The upstreams of a running server: their tools beside its own, a new generation on a reload, and what happens at them in the log and in
// the metrics.

import type { Logger } from 'pino'
import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { JsonValue } from '../kernel/json.ts'
import type { Result } from '../kernel/result.ts'
import type { Tracing } from '../kernel/tracing.ts'
import { createToolSet, type PreparableToolSet, type ToolSet } from '../mcp/tool-set.ts'
import type { Tool } from '../mcp/tool.ts'
import type { CompiledUpstream } from '../proxy/compiled-upstream.ts'
import { compileUpstreams } from '../proxy/compiled-upstreams.ts'
import type { LedgerAudit } from '../ledger/ledger-records.ts'
import type { ObserveProxy, ProxyEvent } from '../proxy/proxy-event.ts'
import type { HoldLedger } from '../ledger/hold-ledger.ts'
import { createUpstreamTools, sameUpstreams, type UpstreamTools } from '../proxy/upstream-tools.ts'
import { createUpstream } from '../upstream/create-upstream.ts'
import type { UpstreamEvent } from '../upstream/upstream-port.ts'
import { createServedLedger } from './served-ledger.ts'

export interface ServedUpstreamsOptions {
  /** Of each endpoint, that of `resource` first. They were compiled without a mistake when the configuration was loaded. */
  readonly configured: ReadonlyArray<readonly ConfiguredUpstream[]>
  readonly logger: Logger
  readonly clock: Clock
  /** `PATH`, `LANG` and `TZ` of the gateway. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The configured resource identifiers, in the same order. */
  readonly resources: readonly string[]
  /** For tools whose calls count against totals. */
  readonly openLedger: () => Promise<HoldLedger>
  /** `storage.ledgerRetentionDays` */
  readonly retentionDays: number
}

export interface ServedUpstreams {
  /** The tools of the server at an endpoint with those of its upstreams; called once for each, 0 being that of `resource`. */
  readonly tools: (own: readonly Tool[], endpoint: number) => ToolSet
  /** For metrics; called once. */
  readonly watch: (observe: ObserveProxy) => void
  /** Calls become spans, and carry the context of theirs to the server; called once. */
  readonly trace: (tracing: Tracing) => void
  /** For the lines about holds; called once. */
  readonly audit: (audit: LedgerAudit) => void
  /**
   * Opens the ledger, if calls of a tool count.
   * @throws GatewayError GW_CONFIG_INVALID, GW_STORAGE_SCHEMA_INCOMPATIBLE; StorageUnavailable (as a rejected promise)
   */
  readonly start: () => Promise<void>
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
  /**
   * All endpoints or none.
   * @param next of each endpoint, in the same order
   * @param deadlineMs how long running calls may still take at the former servers
   * @returns the names of the upstreams in use, or nothing when they are the same
   * @throws GatewayError `GW_TOOL_INVALID` when the tools cannot be used together; nothing has changed then
   */
  readonly reload: (next: ReadonlyArray<readonly ConfiguredUpstream[]>, deadlineMs: number) => readonly string[] | undefined
  readonly close: (deadlineMs: number) => Promise<void>
}

/** A configuration was loaded with these files, so they have no mistake. */
export function compiled (upstreams: readonly ConfiguredUpstream[]): readonly CompiledUpstream[] {
  const made: Result<readonly CompiledUpstream[], readonly ConfigMistake[]> = compileUpstreams(upstreams)
  return made.ok ? made.value : []
}

interface ServedEndpoint {
  inUse: readonly ConfiguredUpstream[]
  readonly proxied: UpstreamTools
  toolSet: PreparableToolSet | undefined
}

export function createServedUpstreams (
  { configured, logger, clock, environment, resources, openLedger, retentionDays }: ServedUpstreamsOptions
): ServedUpstreams {
  let watcher: ObserveProxy | undefined
  let tracing: Tracing | undefined
  let ledgerAudit: LedgerAudit | undefined
  const audit = () => ledgerAudit
  const observe: ObserveProxy = event => {
    logProxyEvent(logger, event)
    watcher?.(event)
  }
  const served = createServedLedger({ open: openLedger, clock, logger, retentionDays, observe, audit })
  const shared = { createUpstream, clock, environment, observe, tracing: () => tracing }
  const endpoints = configured.map((inUse, index): ServedEndpoint => {
    const accounts = { ledger: served.ledger, resource: resources[index] ?? '', audit, retentionDays }
    return { inUse, proxied: createUpstreamTools(compiled(inUse), { ...shared, accounts }), toolSet: undefined }
  })

  async function startLedger (): Promise<void> {
    if (endpoints.some(({ inUse }) => compiled(inUse).some(counts))) await served.start()
  }

  /** Prepares all endpoints before it commits any. */
  function reloadTools (changed: readonly ServedEndpoint[]): void {
    const commits = changed.map(({ toolSet }) => toolSet?.prepare())
    for (const commit of commits) commit?.()
  }

  return {
    tools (own, index) {
      const endpoint = endpoints[index]
      if (endpoint === undefined) throw new GatewayError('GW_INTERNAL', 'an endpoint without its list of upstreams')
      endpoint.toolSet = createToolSet(own, [endpoint.proxied.source])
      return endpoint.toolSet
    },
    watch (observer) { watcher = observer },
    trace (given) { tracing = given },
    audit (lines) { ledgerAudit = lines },
    start: startLedger,
    readiness: [{ name: 'ledger', check: served.ping }],
    reload (next, deadlineMs) {
      const changed = endpoints.flatMap((endpoint, index) => {
        const upstreams = next[index] ?? endpoint.inUse
        return sameUpstreams(asJson(endpoint.inUse), asJson(upstreams)) ? [] : [{ endpoint, upstreams }]
      })
      if (changed.length === 0) return undefined
      // Each replaces its own inside the one before it: the last one reloads all, and if that fails, each goes back.
      const replaceAll = changed.reduceRight<() => void>(
        (inner, { endpoint, upstreams }) => () => { endpoint.proxied.replace(compiled(upstreams), inner, deadlineMs) },
      () => { reloadTools(changed.map(({ endpoint }) => endpoint)) }
      )
      replaceAll()
      for (const { endpoint, upstreams } of changed) endpoint.inUse = upstreams
      // A call tries again, and is refused while the storage does not answer.
      startLedger().catch(() => {})
      return endpoints.flatMap(({ inUse }) => inUse.map(({ declaration }) => declaration.name))
    },
    async close (deadlineMs) {
      await Promise.all(endpoints.map(({ proxied }) => proxied.close(deadlineMs)))
      await served.close()
    }
  }
}

function counts ({ tools }: CompiledUpstream): boolean {
  return tools.some(({ spending }) => spending !== undefined)
}

function asJson (upstreams: readonly ConfiguredUpstream[]): JsonValue {
  return JSON.parse(JSON.stringify(upstreams)) as JsonValue
}

/** Calls are in the decision line and in the metrics; here is what an operator has to know of besides. */
function logProxyEvent (logger: Logger, event: ProxyEvent): void {
  switch (event.kind) {
    case 'call': {
      const { upstream, outcome, reason } = event
      if (outcome === 'answered' || outcome === 'tool-error') return
      logger.warn({ event: 'upstream-call', upstream, outcome, reason }, `${upstream}: a call ended without a result`)
      return
    }
    case 'exchange': {
      const { upstream, outcome, reason } = event
      if (outcome === 'exchanged') return
      logger.warn({ event: 'token-exchange', upstream, outcome, reason }, `${upstream}: no token was obtained for a call`)
      return
    }
    case 'drift': {
      const { upstream, tools } = event
      if (tools.length === 0) logger.info({ event: 'upstream-as-reviewed', upstream }, `${upstream}: its tools are as they were reviewed`)
      else {
        const text = `${upstream}: tools differ from the lock and are refused: run mcp-resource-gateway upstream review`
        logger.warn({ event: 'upstream-changed', upstream, tools }, text)
      }
      return
    }
    case 'unverified': {
      const { upstream, reason } = event
      logger.warn({ event: 'upstream-unverified', upstream, reason }, `${upstream}: its tools could not be compared with the lock`)
      return
    }
    case 'ledger': {
      const { upstream, tool, what, hold } = event
      const text = LEDGER_TEXTS[what]
      if (text !== undefined) logger.warn({ event: `ledger-${what}`, upstream, tool, hold }, `${upstream}: ${text}`)
      return
    }
    case 'standard-error': {
      const { upstream, line } = event
      logger.debug({ event: 'upstream-stderr', upstream, line }, `${upstream}: wrote to its standard error`)
      return
    }
    case 'connection': {
      const { upstream, event: { kind, ...members } } = event
      const text = connectionText(event.event)
      logger[text === undefined ? 'debug' : 'warn']({ event: `upstream-${kind}`, upstream, ...members }, `${upstream}: ${text ?? kind}`)
    }
  }
}

/** `undefined`: nothing that an operator has to know of. */
function connectionText (event: UpstreamEvent): string | undefined {
  switch (event.kind) {
    case 'opened': case 'tools-changed': return undefined
    case 'no-message':
      return 'wrote a line to its standard output that is no message of MCP: what a program logs belongs on its standard error'
    case 'breaker': return event.state === 'open' ? 'fails again and again: for some seconds it is not asked' : 'is asked again'
    case 'ended': switch (event.why) {
      case 'crashed': return 'its process ended without a request of the gateway; "stderr": "log" in its file shows what it wrote'
      case 'noisy': return 'its process was ended: its standard output has lines that are no messages of MCP'
      case 'idle': case 'lost': case 'closed': return undefined
    }
  }
}

/** Of the steps that an operator has to know of. */
const LEDGER_TEXTS: Partial<Record<Extract<ProxyEvent, { kind: 'ledger' }>['what'], string>> = {
  unknown: 'the outcome of a call is not known, and its debit stays: look at the server, then run mcp-resource-gateway ledger',
  overcharged: 'a tool charged more than it was asked for, and is refused: look at the server, then run mcp-resource-gateway ledger settle',
  late: 'a call ended after its hold was resolved: compare the ledger with the server',
  unsettled: 'the outcome of a call could not be written: its hold becomes unknown',
  'charge-unreadable': 'a result does not say what was charged where spending.charged says: the whole amount stays debited'
}
