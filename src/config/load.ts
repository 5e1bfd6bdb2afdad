// Loads the configuration of the server: file, environment, schema, rules, in this order. Reads the file, and those with secrets that
// variables name; opens no connection, so an address without a server behind it is not noticed here.

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { parseArguments } from './arguments.ts'
import {
  CONFIG_FILE_VARIABLE, DEFAULT_CONFIG_FILE, processEnvironment, readOverrides, type Environment, type MemberPath,
  type Override
} from './environment.ts'
import { endpointsOf, type ConfiguredEndpoint } from './configured-endpoints.ts'
import { parseConfigText } from './file.ts'
import type { Finding } from './finding.ts'
import { schemaMistakes, type ConfigMistake } from './mistake.ts'
import { findConflicts, findWarnings } from './rules.ts'
import { CHECKED_ONCE, gatewayConfigSchema, type GatewayConfig } from './schema.ts'
import { templateSlots } from './template-slots.ts'
import { loadUpstreamsOfAll, type ConfiguredUpstream } from './upstream/load-upstreams.ts'
import { gatewayConflicts } from './upstream/upstream-rules.ts'

export interface LoadedConfig {
  readonly config: GatewayConfig
  /** For the operator, at start; never with a secret. */
  readonly warnings: readonly Finding[]
  /** The name of the file as configured. */
  readonly file: string
  /** The upstream files of the endpoint of `resource`, with their secrets: never for a log. */
  readonly upstreams: readonly ConfiguredUpstream[]
  /** The same of each of `endpoints`, in their order. */
  readonly furtherUpstreams: ReadonlyArray<readonly ConfiguredUpstream[]>
  /** Members that an environment variable sets, so that only a restart changes them; not those read from a file that a variable names. */
  readonly pinned: readonly string[]
}

export interface ConfigSources {
  /** Without the interpreter and the script. */
  readonly args?: readonly string[]
  readonly env?: Environment
  /** The directory for relative file names. */
  readonly cwd?: string
  /** Throws what `fs.readFileSync` throws. */
  readonly readFile?: (path: string) => string
}

const NO_SUCH_FILE = 'no such file; GATEWAY_CONFIG names the configuration file, and the command init writes one'
/** What `init` writes. */
const FIRST_FILE = 'gateway.json'
const ONE_IS_HERE = `no such file, but there is ${FIRST_FILE}: set GATEWAY_CONFIG=${FIRST_FILE}`

function isThere (read: (name: string) => string): boolean {
  try {
    read(FIRST_FILE)
    return true
  } catch {
    return false
  }
}

/** All mistakes at once, or a complete configuration. Rules between members run only when each member is valid. */
export function loadConfig (sources: ConfigSources = {}): Result<LoadedConfig, readonly ConfigMistake[]> {
  const { args = [], env = processEnvironment(), cwd = process.cwd(), readFile = (path: string) => readFileSync(path, 'utf8') } = sources
  const { unknown, allowLocalProfileOffLoopback } = parseArguments(args)
  const optionMistakes = unknown.map(({ option, nearest }) => ({
    path: option.split('=', 1)[0] ?? '',
    source: 'command line',
    expected: nearest === undefined ? 'unknown option' : `unknown option; did you mean ${nearest}?`
  }))

  const file = env[CONFIG_FILE_VARIABLE] ?? DEFAULT_CONFIG_FILE
  const read = (name: string) => readFile(resolve(cwd, name))
  const noSuchFile = () => env[CONFIG_FILE_VARIABLE] === undefined && isThere(read) ? ONE_IS_HERE : NO_SUCH_FILE
  const written = parseConfigText(file, () => read(file), noSuchFile)
  if (!written.ok) return err([...optionMistakes, written.error])

  const { overrides, mistakes } = readOverrides(env, path => readFile(resolve(cwd, path)))
  const { members, sourceOf } = applyOverrides(written.value, file, overrides)
  if (mistakes.length > 0) {
    const unreadable = mistakes.map(({ variable, source, expected }) => ({ path: variable.path.join('.'), source, expected }))
    return err([...optionMistakes, ...unreadable])
  }
  const parsed = gatewayConfigSchema.safeParse(members, CHECKED_ONCE)
  if (!parsed.success) {
    const slots = templateSlots(members).map(({ path, message }) => ({ path, source: sourceOf(path), expected: message }))
    const others = schemaMistakes(parsed.error, sourceOf).filter(({ path }) => !slots.some(slot => slot.path === path))
    return err([...optionMistakes, ...slots, ...others])
  }

  const conflicts = findConflicts(parsed.data, { allowLocalProfileOffLoopback })
    .map(({ path, message }) => ({ path, source: sourceOf(path), expected: message }))
  const sourcesOfUpstreams = { directory: dirname(resolve(cwd, file)), env, readFile }
  const upstreams = loadUpstreamsOfAll(endpointsOf(parsed.data).map(({ config }) => config.upstreams), sourcesOfUpstreams)
  const ofUpstreams = upstreams.ok ? gatewayConflicts(upstreams.value.flat(), parsed.data) : upstreams.error
  const allMistakes = [...optionMistakes, ...conflicts, ...ofUpstreams]
  if (allMistakes.length > 0 || !upstreams.ok) return err(allMistakes)
  const pinned = overrides.filter(({ variable, source }) => source === variable.name).map(({ variable }) => variable.path.join('.'))
  const [ofResource = [], ...furtherUpstreams] = upstreams.value
  return ok({ config: parsed.data, warnings: findWarnings(parsed.data), file, upstreams: ofResource, furtherUpstreams, pinned })
}

/** Each endpoint with its own configuration and its own upstreams, that of `resource` first. */
export function loadedEndpoints ({ config, upstreams, furtherUpstreams }: Endpoints): readonly [LoadedEndpoint, ...LoadedEndpoint[]] {
  const [first, ...others] = endpointsOf(config)
  return [
    { ...first, upstreams },
    ...others.map((endpoint, index) => ({ ...endpoint, upstreams: furtherUpstreams[index] ?? [] }))
  ]
}

type Endpoints = Pick<LoadedConfig, 'config' | 'upstreams' | 'furtherUpstreams'>

export interface LoadedEndpoint extends ConfiguredEndpoint {
  readonly upstreams: readonly ConfiguredUpstream[]
}

function applyOverrides (written: JsonObject, file: string, overrides: readonly Override[]) {
  const members: unknown = structuredClone(written)
  const origins = new Map<string, string>()
  for (const { variable, value, source } of overrides) {
    if (setMember(members, variable.path, value)) origins.set(variable.path.join('.'), source)
  }
  const sourceOf = (path: string): string => {
    for (const [member, name] of origins) if (path === member || path.startsWith(`${member}.`)) return name
    return file
  }
  return { members, sourceOf }
}

/** `false` when a part of the path is not an object: the schema reports that. */
function setMember (root: unknown, path: MemberPath, value: unknown): boolean {
  const [name, ...rest] = path
  if (!isRecord(root)) return false
  const [next, ...deeper] = rest
  if (next === undefined) {
    root[name] = value
    return true
  }
  root[name] ??= {}
  return setMember(root[name], [next, ...deeper], value)
}

function isRecord (value: unknown): value is Record<string, unknown> {
  return isJsonObject(value)
}
