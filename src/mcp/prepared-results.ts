// Which results are the same for everyone? They are serialised once; per request only the id is put in front.

import type { VerifiedGrant } from '../auth/grant.ts'
import { remembered } from '../kernel/remembered.ts'
import type { Era } from './era.ts'
import { LEGACY_VERSIONS, META, NEWEST_LEGACY_VERSION, SUPPORTED_VERSIONS } from './protocol.ts'
import type { Registry } from './registry.ts'
import { PreparedResult } from './prepared-result.ts'
import type { RelayedResult } from './tool-outcome.ts'

export interface ServerIdentity {
  readonly name: string
  readonly title?: string
  readonly version: string
  /** Told to the model by clients that do so. */
  readonly instructions?: string
}

export interface PreparedResults {
  readonly initialize: (requestedVersion: unknown) => string
  readonly discover: string
  readonly toolsList: (era: Era, grant: VerifiedGrant) => PreparedResult
  /** A result of a request, with what its era puts into every result. */
  readonly result: (era: Era, result: object) => string
  /** The result of another server: unchanged but for `resultType` and `serverInfo`, which say who answers this request. */
  readonly relayed: (era: Era, result: RelayedResult) => string
}

/** How long a client may keep a list: five minutes, the age a tool's declaration may reach after a new release. */
const LIST_TTL_MS = 300_000
/** Scopes make sets of visible tools; more than these are encoded again now and then. */
const MAX_LISTS = 100

export function prepareResults (registry: Registry, { instructions, ...serverInfo }: ServerIdentity): PreparedResults {
  const capabilities = { tools: {} }
  const told = instructions === undefined ? {} : { instructions }
  const modernMeta = { [META.serverInfo]: serverInfo }
  const modernTail = `"resultType":"complete","_meta":${JSON.stringify(modernMeta)}`
  const listTail = `"ttlMs":${LIST_TTL_MS},"cacheScope":"${registry.visibility === 'all' ? 'public' : 'private'}",${modernTail}}`
  const initializeResults = new Map<unknown, string>(LEGACY_VERSIONS.map(protocolVersion =>
    [protocolVersion, JSON.stringify({ protocolVersion, capabilities, serverInfo, ...told })]))
  const newest = initializeResults.get(NEWEST_LEGACY_VERSION) ?? '{}'

  // One where all see all; else one for each set of tools that a token makes visible.
  const listOf = remembered(MAX_LISTS, (tools: string): Readonly<Record<Era['kind'], PreparedResult>> => ({
    legacy: new PreparedResult(`{"tools":${tools}}`),
    modern: new PreparedResult(`{"tools":${tools},${listTail}`)
  }))

  return {
    // A revision we do not speak is answered with the newest that has an `initialize`; the client may then leave.
    initialize: requestedVersion => initializeResults.get(requestedVersion) ?? newest,
    discover: JSON.stringify({
      resultType: 'complete',
      supportedVersions: SUPPORTED_VERSIONS,
      capabilities,
      ...told,
      ttlMs: 3_600_000,
      cacheScope: 'public',
      _meta: modernMeta
    }),
    toolsList (era, grant) {
      return listOf(registry.listJson(grant))[era.kind]
    },
    result (era, result) {
      const json = JSON.stringify(result)
      return era.kind === 'legacy' ? json : `${json.slice(0, -1)},${modernTail}}`
    },
    relayed (era, { resultType: _ofOtherServer, _meta: meta, ...result }) {
      if (era.kind === 'modern') return JSON.stringify({ ...result, resultType: 'complete', _meta: { ...meta, ...modernMeta } })
      return JSON.stringify(meta === undefined ? result : { ...result, _meta: { ...meta, [META.serverInfo]: undefined } })
    }
  }
}
