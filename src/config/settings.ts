// The settings that a reload may change. They are read from a source at each use; every other member keeps its value until the next
// start. docs/decisions/0013-settings-are-asked-for-at-each-use.md

import { canonicalJson } from '../kernel/canonical-json.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
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
      const [before, after] = [membersOf(current), membersOf(next)]
      const paths = [...new Set([...before.keys(), ...after.keys()])]
      const differing = paths.filter(path => textOf(before.get(path)) !== textOf(after.get(path)))
      const applied = differing.filter(path => RELOADABLE_MEMBERS.has(path))
      if (applied.length > 0) {
        current = withMembers(current, after, applied)
        for (const listener of listeners) listener()
      }
      return { applied, needRestart: differing.filter(path => !RELOADABLE_MEMBERS.has(path)) }
    }
  }
}

/** Records whose keys are scopes. */
const FREE_KEYS: ReadonlySet<string> = new Set(['scopeImplications', 'requestedScopes'])

/** The members of groups, by dotted path. A list is one member, and so is a record with free keys. */
function membersOf (config: GatewayConfig): ReadonlyMap<string, JsonValue> {
  const { $schema: _, ...members } = config
  const found = new Map<string, JsonValue>()
  const look = (value: JsonValue, path: readonly string[]): void => {
    if (isJsonObject(value) && !FREE_KEYS.has(path.at(-1) ?? '')) {
      for (const [name, member] of Object.entries(value)) look(member, [...path, name])
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
  if (!isRecord(root)) return
  if (rest.length > 0) return setMember(root[name], rest, value)
  if (value === undefined) Reflect.deleteProperty(root, name)
  else root[name] = value
}

function isRecord (value: unknown): value is Record<string, unknown> {
  return isJsonObject(value)
}
