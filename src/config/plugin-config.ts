// The configuration of the plugin: the members of the configuration file that a plugin uses, given as an object.
// Members of the server (its listener, its storage, its shutdown) are refused with a word on where the host sets them.

import type { z } from 'zod'
import { isJsonObject } from '../kernel/json.ts'
import { ConfigurationError, type ConfigurationMistake } from '../kernel/fault.ts'
import { parseConfig } from './parse.ts'
import type { gatewayConfigSchema } from './schema.ts'
import { type GatewayConfig } from './schema.ts'

/** What the host does in place of each member of the server. */
const SERVER_MEMBERS = {
  profile: 'a word for configuration files',
  host: 'give it to listen()',
  port: 'give it to listen()',
  workers: 'start several processes of the host',
  storage: 'tools of the host keep their own data',
  upstreams: 'the server reads upstream files; tools of a host come with the option tools',
  endpoints: 'register the plugin once for each endpoint',
  'tools.builtIn': 'give tools to the plugin',
  'tools.instructions': 'give it to the plugin in server.instructions',
  tls: 'give it to Fastify as the option https; clientCertificates: true accepts tokens that are bound to a client certificate',
  'limits.headersTimeoutMs': 'set headersTimeout of the Node server',
  'limits.requestTimeoutMs': 'give it to Fastify as requestTimeout',
  'limits.idleTimeoutMs': 'give it to Fastify as keepAliveTimeout',
  'limits.maxConnections': 'set maxConnections of the Node server',
  'limits.shutdownNoticeMs': 'the host ends the process',
  'limits.shutdownDeadlineMs': 'the host ends the process',
  'log.level': 'set it at the logger that Fastify is given'
}

type ServerMember = '$schema' | 'profile' | 'host' | 'port' | 'workers' | 'storage' | 'tls' | 'upstreams' | 'endpoints'
type ServerLimit =
  | 'headersTimeoutMs' | 'requestTimeoutMs' | 'idleTimeoutMs' | 'maxConnections' | 'shutdownNoticeMs' | 'shutdownDeadlineMs'

type FileConfig = z.input<typeof gatewayConfigSchema>

/**
 * What `mcpResourceGateway` takes as `config`: only `resource.identifier` and `authorizationServer` are needed.
 * docs/configuration.md describes each member.
 * @example
 * const config: PluginConfig = {
 *   resource: { identifier: 'https://shop.example/mcp' },
 *   authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'shop', clientSecret: secret } }
 * }
 */
export interface PluginConfig extends Omit<FileConfig, ServerMember | 'limits' | 'log' | 'tools'> {
  readonly limits?: Omit<NonNullable<FileConfig['limits']>, ServerLimit>
  readonly log?: Omit<NonNullable<FileConfig['log']>, 'level'>
  readonly tools?: Omit<NonNullable<FileConfig['tools']>, 'builtIn' | 'instructions'>
}

/** A `PluginConfig` with every default filled in; it may be given to the plugin as it is. */
export interface CompletePluginConfig extends Omit<GatewayConfig, ServerMember | 'limits' | 'log' | 'tools'> {
  readonly limits: Omit<GatewayConfig['limits'], ServerLimit>
  readonly log: Omit<GatewayConfig['log'], 'level'>
  readonly tools: Omit<GatewayConfig['tools'], 'builtIn' | 'instructions'>
}

/**
 * Checks a configuration and fills in every default. The plugin does this itself; call it to see the mistakes one by one.
 * @throws ConfigurationError `GW_CONFIG_INVALID`; `mistakes` names each member and what was expected, never a value
 * @example
 * try { parsePluginConfig(config) } catch (error) { if (error instanceof ConfigurationError) console.error(error.mistakes) }
 */
export function parsePluginConfig (input: PluginConfig): CompletePluginConfig {
  const complete = parsePluginConfigForGateway(input)
  const members = Object.entries(complete).flatMap(([name, value]: [string, unknown]) => {
    if (Object.hasOwn(SERVER_MEMBERS, name)) return []
    return [[name, isJsonObject(value) ? withoutServerMembers(name, value) : value]]
  })
  return Object.fromEntries(members) as CompletePluginConfig
}

/** The same, with defaults for the members of the server too, as the rooms below the plugin take it. */
export function parsePluginConfigForGateway (input: PluginConfig): GatewayConfig {
  const mistakes = serverMembersOf(input)
  if (mistakes.length > 0) throw new ConfigurationError(mistakes)
  return parseConfig(input)
}

function serverMembersOf (input: object): ConfigurationMistake[] {
  return Object.entries(SERVER_MEMBERS).flatMap(([path, advice]) => {
    const [first = '', second] = path.split('.')
    const value = memberOf(input, first)
    const given = second === undefined ? value : memberOf(value, second)
    return given === undefined ? [] : [{ path, expected: `a member of the server, which the plugin does not use: ${advice}` }]
  })
}

function memberOf (value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function withoutServerMembers (group: string, members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !Object.hasOwn(SERVER_MEMBERS, `${group}.${name}`)))
}
