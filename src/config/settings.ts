// The settings that a reload may change. They are read from a source at each use; every other member keeps its value until the next
// start. docs/decisions/0013-settings-are-asked-for-at-each-use.md

import { canonicalJson } from '../kernel/canonical-json.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { memoizeLast } from '../kernel/memoize.ts'
import { endpointsOf, identifiersOf } from './configured-endpoints.ts'
import { gatewayConfigSchema, type GatewayConfig } from './schema.ts'

export interface SettingsSource {
  /** A complete configuration; the same object until a reload changes it. */
  readonly current: () => GatewayConfig
  /** Calls back after a reload has changed it. @returns ends that */
  readonly onChange: (listener: () => void) => () => void
  /** `false`: `current()` gives the same object as long as the process runs. */
  readonly mayChange: boolean
}

/** For a process that never reloads. */
export function fixedSettings (config: GatewayConfig): SettingsSource {
  return { current: () => config, onChange: () => () => {}, mayChange: false }
}

/** The settings of one endpoint of a process, as configured-endpoints.ts makes them of those of the process. */
export function settingsOfEndpoint (settings: SettingsSource, index: number): SettingsSource {
  const own = memoizeLast((config: GatewayConfig) => endpointsOf(config)[index]?.config ?? config)
  return { ...settings, current: () => own(settings.current()) }
}

export interface LiveSettings extends SettingsSource {
  /** Applies the members that may change. */
  readonly replace: (next: GatewayConfig) => SettingsChange
}

interface SettingsChange {
  readonly applied: readonly string[]
  /** Members that differ and take effect at the next start. */
  readonly needRestart: readonly string[]
}

/** Everything else is fixed when the process starts: addresses, identities, storage, policy, sizes of tables. */
export const RELOADABLE_MEMBERS: ReadonlySet<string> = new Set([
  'authorizationServer.introspection.clientSecret',
  'authorizationServer.introspection.bearerToken',
  'authorizationServer.authlete.accessToken',
  'cache.ttlSeconds',
  'cache.negativeTtlSeconds',
  'cors.allowedOrigins',
  'upstreams',
  'limits.headersTimeoutMs',
  'limits.requestTimeoutMs',
  'limits.idleTimeoutMs',
  'limits.maxConnections',
  'limits.connectionsPerAddress',
  'limits.toolTimeoutMs',
  'limits.streamSilenceMs',
  'limits.requestsPerMinutePerPerson',
  'limits.requestsPerMinutePerAddress',
  'limits.shutdownNoticeMs',
  'limits.shutdownDeadlineMs',
  'log.level'
])

export function createLiveSettings (initial: GatewayConfig): LiveSettings {
  let current = initial
  const listeners = new Set<() => void>()
  return {
    current: () => current,
    onChange (listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    mayChange: true,
    replace (next) {
      const sameEndpoints = hasSameEndpoints(current, next)
      const [before, after] = [membersOf(current, sameEndpoints), membersOf(next, sameEndpoints)]
      const paths = [...new Set([...before.keys(), ...after.keys()])]
      const differing = paths.filter(path => textOf(before.get(path)) !== textOf(after.get(path)))
      const applied = differing.filter(isReloadable)
      if (applied.length > 0) {
        current = withMembers(current, after, applied)
        for (const listener of listeners) listener()
      }
      return { applied, needRestart: differing.filter(path => !isReloadable(path)) }
    }
  }
}

/** Whether both have the same endpoints, so that what changed in one of them is known to belong to it. */
export function hasSameEndpoints (one: GatewayConfig, other: GatewayConfig): boolean {
  const [before, after] = [identifiersOf(one), identifiersOf(other)]
  return before.length === after.length && before.every((identifier, index) => after[index] === identifier)
}

/** With other endpoints, `endpoints` is one member, which needs a restart. */
function isReloadable (path: string): boolean {
  return RELOADABLE_MEMBERS.has(path) || /^endpoints\.\d+\.upstreams$/.test(path)
}

/** Records whose keys are scopes. */
const FREE_KEYS: ReadonlySet<string> = new Set(['scopeImplications', 'requestedScopes'])

/**
 * The members of groups, by dotted path. A list is one member, and so is a record with free keys.
 * @param eachEndpoint the members of each endpoint by themselves
 */
function membersOf (config: GatewayConfig, eachEndpoint: boolean): ReadonlyMap<string, JsonValue> {
  const { $schema: _, ...members } = config
  const found = new Map<string, JsonValue>()
  const look = (value: JsonValue, path: readonly string[]): void => {
    if (isJsonObject(value) && !FREE_KEYS.has(path.at(-1) ?? '')) {
      for (const [name, member] of Object.entries(value)) look(member, [...path, name])
    } else if (eachEndpoint && path.join('.') === 'endpoints' && Array.isArray(value)) {
      for (const [index, endpoint] of (value as readonly JsonValue[]).entries()) look(endpoint, [...path, String(index)])
    } else found.set(path.join('.'), value)
  }
  look(JSON.parse(JSON.stringify(members)) as JsonObject, [])
  return found
}

function textOf (value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : canonicalJson(value)
}

function withMembers (config: GatewayConfig, values: ReadonlyMap<string, JsonValue>, paths: readonly string[]): GatewayConfig {
  const copy: unknown = JSON.parse(JSON.stringify(config))
  for (const path of paths) setMember(copy, path.split('.'), values.get(path))
  return gatewayConfigSchema.parse(copy)
}

function setMember (root: unknown, [name = '', ...rest]: readonly string[], value: JsonValue | undefined): void {
  if (!isRecord(root) && !Array.isArray(root)) return
  const members: Record<string, unknown> = root as Record<string, unknown>
  if (rest.length > 0) return setMember(members[name], rest, value)
  if (value === undefined) Reflect.deleteProperty(members, name)
  else members[name] = value
}

function isRecord (value: unknown): value is Record<string, unknown> {
  return isJsonObject(value)
}
