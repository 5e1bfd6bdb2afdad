// Results that are the same for every request, serialized once; a request adds only its id in front:
// docs/performance.md#prepared-results

import type { VerifiedGrant } from '../auth/grant.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { memoize } from '../kernel/memoize.ts'
import { extensionsMember, type DeclaredExtensions } from './declared-extensions.ts'
import type { Era } from './era.ts'
import { LEGACY_VERSIONS, META, NEWEST_LEGACY_VERSION, SUPPORTED_VERSIONS } from './protocol.ts'
import type { Registry } from './registry.ts'
import { PreparedResult } from './prepared-result.ts'
import type { RelayedResult } from './tool-outcome.ts'

export interface ServerIdentity {
  readonly name: string
  readonly title?: string
  readonly version: string
  /** How to use the server; many clients show it to the model. */
  readonly instructions?: string
}

export interface PreparedResults {
  readonly initialize: (requestedVersion: unknown) => string
  readonly discover: string
  readonly toolsList: (era: Era, grant: VerifiedGrant) => PreparedResult
  /** A result of a tool, with the members that its era has in every result. */
  readonly result: (era: Era, result: object) => string
  /**
   * The result of another server: unchanged but for `resultType` and `serverInfo`, which say who answers this request, and for its
   * envelope of SEP-2643, whose hints are about another authorization server. Older revisions have no `structuredContent` that is not an
   * object, so it is left out there.
   */
  readonly relayed: (era: Era, result: RelayedResult) => string
  /** The result of a call that was denied, with its own members of `_meta`. */
  readonly refused: (era: Era, result: object, meta: JsonObject) => string
}

export interface Declarations {
  readonly declared: DeclaredExtensions | undefined
  /** Denials have the envelope of SEP-2643. */
  readonly tellsDenials: boolean
}

/** A client may keep a list for five minutes: so long may it use an old declaration after a new release or a reload. */
const LIST_TTL_MS = 300_000
/** Each set of visible tools has its list; with more sets than this, lists are encoded again from time to time. */
const MAX_LISTS = 100

export function prepareResults (
  registry: Registry, { instructions, ...serverInfo }: ServerIdentity, { declared, tellsDenials }: Declarations
): PreparedResults {
  const capabilities = { tools: {}, ...extensionsMember(declared) }
  const discovered = { tools: {}, ...extensionsMember(declared, tellsDenials) }
  const instructed = instructions === undefined ? {} : { instructions }
  const modernMeta = { [META.serverInfo]: serverInfo }
  const modernTail = `"resultType":"complete","_meta":${JSON.stringify(modernMeta)}`
  const listTail = `"ttlMs":${LIST_TTL_MS},"cacheScope":"${registry.visibility === 'all' ? 'public' : 'private'}",${modernTail}}`
  const initializeResults = new Map<unknown, string>(LEGACY_VERSIONS.map(protocolVersion =>
    [protocolVersion, JSON.stringify({ protocolVersion, capabilities, serverInfo, ...instructed })]))
  const newest = initializeResults.get(NEWEST_LEGACY_VERSION) ?? '{}'

  // One list where every token sees all tools; otherwise one for each set of visible tools.
  const listOf = memoize(MAX_LISTS, (tools: string): Readonly<Record<Era['kind'], PreparedResult>> => ({
    legacy: new PreparedResult(`{"tools":${tools}}`),
    modern: new PreparedResult(`{"tools":${tools},${listTail}`)
  }))

  return {
    // An unknown revision is answered with the newest that has `initialize`; the client may then disconnect.
    initialize: requestedVersion => initializeResults.get(requestedVersion) ?? newest,
    discover: JSON.stringify({
      resultType: 'complete',
      supportedVersions: SUPPORTED_VERSIONS,
      capabilities: discovered,
      ...instructed,
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
    relayed (era, whole) {
      // The usual result has nothing to take out.
      const asItCame = whole['resultType'] === undefined && whole._meta === undefined && isJsonObject(whole.structuredContent)
      if (era.kind === 'legacy' && asItCame) return JSON.stringify(whole)
      const { resultType: _ofOtherServer, _meta: meta, ...result } = whole
      if (era.kind === 'modern') {
        return JSON.stringify({ ...result, resultType: 'complete', _meta: { ...meta, [META.authorization]: undefined, ...modernMeta } })
      }
      const legacy = isJsonObject(result.structuredContent) ? result : { ...result, structuredContent: undefined }
      return JSON.stringify(meta === undefined
        ? legacy
        : { ...legacy, _meta: { ...meta, [META.serverInfo]: undefined, [META.authorization]: undefined } })
    },
    refused: (era, result, meta) => JSON.stringify(era.kind === 'legacy'
      ? { ...result, _meta: meta }
      : { resultType: 'complete', ...result, _meta: { ...meta, ...modernMeta } })
  }
}
