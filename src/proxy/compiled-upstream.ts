// An upstream as configuration and lock together describe it: which of its tools are offered, and how it is reached. Made without a
// connection; each mistake is one line with the member of the file.

import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import { exchangeOf } from '../config/upstream/exchange-secrets.ts'
import type { Finding } from '../config/finding.ts'
import { nearestName } from '../config/nearest-name.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { isRestRevision } from '../upstream/rest/rest-listing.ts'
import { isLegacy } from '../upstream/revision.ts'
import type { UpstreamSettings, UpstreamTransport } from '../upstream/upstream-port.ts'
import type { ToolDelegation } from './calls/exchanged-token.ts'
import { declaredType, type DeclaredType } from './limits/declared-type.ts'
import { parseLock, type Lock } from './lock/lock-file.ts'
import { compileTool, type CompiledTool } from './tools/compiled-tool.ts'
import { effectiveDecision } from './tools/effective-decision.ts'

export interface CompiledUpstream {
  readonly name: string
  readonly settings: UpstreamSettings
  readonly verifyMs: number
  readonly tools: readonly CompiledTool[]
  /** Its details types, by their names. */
  readonly types: ReadonlyMap<string, DeclaredType>
}

export function compileUpstream (configured: ConfiguredUpstream): Result<CompiledUpstream, readonly Finding[]> {
  const { declaration, lockFile, lockText } = configured
  const findings: Finding[] = []
  const types = new Map<string, DeclaredType>()
  for (const [name, declared] of Object.entries(declaration.detailsTypes)) {
    const type = declaredType(name, declared)
    if (type.ok) types.set(name, type.value)
    else findings.push(...under(`detailsTypes.${name}`, type.error))
  }
  if (lockText === undefined) {
    findings.push({ path: 'tools', message: `no lock at ${lockFile}: run mcp-resource-gateway upstream review` })
    return err(findings)
  }
  const lock = parseLock(lockText, declaration.name)
  if (!lock.ok) return err([...findings, ...lock.error])
  if (isRestRevision(lock.value.revision) !== (configured.transport.kind === 'rest')) {
    findings.push({ path: 'transport', message: 'the lock is that of another kind of server: run mcp-resource-gateway upstream review' })
    return err(findings)
  }
  const exchange = exchangeOf(declaration)
  if (exchange !== undefined && declaration.isolation === 'shared' && isLegacy(lock.value.revision)) {
    const message = 'expected client or person: a session would be opened with the token of one person and used with those of others'
    findings.push({ path: 'isolation', message })
  }
  if (declaration.transport.http?.listen === true && !isLegacy(lock.value.revision)) {
    const message = `expected false: a server of revision ${lock.value.revision} has no such stream`
    findings.push({ path: 'transport.http.listen', message })
  }
  const tools = compileTools(configured, lock.value, types, findings)
  if (findings.length > 0) return err(findings)
  return ok({
    name: declaration.name, settings: settingsOf(configured, lock.value), verifyMs: declaration.verifySeconds * 1000, tools, types
  })
}

function compileTools (
  configured: ConfiguredUpstream, lock: Lock, types: ReadonlyMap<string, DeclaredType>, findings: Finding[]
): readonly CompiledTool[] {
  const { declaration } = configured
  const { prefix = `${declaration.name}_`, templates, limits: { maxResultBytes } } = declaration
  const delegation = delegationOf(configured)
  const plainHttp = declaration.transport.openapi?.plainHttp
  const isRest = configured.transport.kind === 'rest'
  const ownHeaders = ownHeadersOf(configured)
  return Object.entries(declaration.tools).flatMap(([upstreamName, tool]) => {
    const path = `tools.${upstreamName}`
    if (!Object.hasOwn(lock.tools, upstreamName)) {
      const nearest = nearestName(upstreamName, Object.keys(lock.tools))
      const advice = nearest === undefined ? '; the review found no such tool' : `; did you mean ${nearest}?`
      findings.push({ path, message: `the lock has no such tool${advice}` })
      return []
    }
    const locked = lock.tools[upstreamName]
    if (tool === 'hidden' || locked === undefined) return []
    const decision = effectiveDecision(tool, templates)
    if (!decision.ok) {
      findings.push(...under(path, decision.error))
      return []
    }
    const name = decision.value.as ?? `${prefix}${upstreamName}`
    if (isRest && locked.request === undefined) {
      findings.push({ path, message: 'the lock has no request for it: run mcp-resource-gateway upstream review' })
      return []
    }
    const compiled = compileTool(decision.value, { name, upstreamName, locked, types, maxResultBytes, ownHeaders, plainHttp, delegation })
    if (compiled.ok) return [compiled.value]
    // A type that is declared, and is not among the types, is declared wrongly, which is reported already.
    const isDeclared = Object.hasOwn(declaration.detailsTypes, decision.value.details?.type ?? '')
    findings.push(...under(path, compiled.error.filter(finding => finding.path !== 'details.type' || !isDeclared)))
    return []
  })
}

function delegationOf ({ declaration, exchange }: ConfiguredUpstream): ToolDelegation | undefined {
  const declared = exchangeOf(declaration)
  if (declared === undefined || exchange === undefined) return undefined
  return { wish: { exchange, scopes: declared.scopes }, details: declared.authorizationDetails }
}

/** Those of a token exchange, too: an argument must not take the place of a credential. */
function ownHeadersOf ({ transport, declaration }: ConfiguredUpstream): readonly string[] {
  const exchange = exchangeOf(declaration) === undefined ? [] : ['authorization']
  return transport.kind === 'stdio' ? [] : [...Object.keys(transport.headers).map(name => name.toLowerCase()), ...exchange]
}

function under (path: string, findings: readonly Finding[]): readonly Finding[] {
  return findings.map(finding => ({ path: finding.path === '' ? path : `${path}.${finding.path}`, message: finding.message }))
}

/** A shared process has no person to wait for another one: one answers many calls at a time, and each start costs half a second. */
const MAX_PROCESSES = { client: 8, person: 8, shared: 1 } as const

/** How the upstream is reached. Without a lock, as a review needs it, the revision is not known. */
export function settingsOf ({ declaration, transport }: ConfiguredUpstream, lock: Lock | undefined): UpstreamSettings {
  const { isolation, limits } = declaration
  return {
    transport: transportOf(transport, lock, declaration.tools),
    isolation,
    limits: {
      timeoutMs: limits.timeoutMs,
      idleMs: limits.idleSeconds * 1000,
      maxConnections: transport.kind === 'stdio' ? limits.maxProcesses ?? MAX_PROCESSES[isolation] : limits.maxSessions,
      concurrent: limits.concurrent,
      maxResultBytes: limits.maxResultBytes
    },
    ...(lock === undefined ? {} : { revision: lock.revision })
  }
}

function transportOf (
  transport: ConfiguredUpstream['transport'], lock: Lock | undefined, declared: ConfiguredUpstream['declaration']['tools']
): UpstreamTransport {
  if (transport.kind !== 'rest') return transport
  const operations = Object.entries(lock?.tools ?? {}).flatMap(([name, { request }]) => {
    const decided = Object.hasOwn(declared, name) && declared[name] !== 'hidden'
    return request === undefined || !decided ? [] : [[name, request] as const]
  })
  return { ...transport, operations: Object.fromEntries(operations) }
}
