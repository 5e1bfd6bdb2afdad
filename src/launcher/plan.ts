// What is started, where, and with which environment? Decided before anything runs, from the configuration that the
// gateway itself will read and the variables that were set.

import { isLoopbackHost } from '../config/address-syntax.ts'
import type { Environment } from '../config/environment.ts'
import { loadConfig, type LoadedConfig } from '../config/load.ts'
import { formatMistake } from '../config/mistake.ts'
import { MEMORY_STORAGE } from '../config/storage-url.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { readSiteSettings } from '../ticket-site/site-settings.ts'
import type { ClassroomAddress } from './classroom-address.ts'
import { exercisesPart } from './exercises-part.ts'
import { inspectorOrigins, inspectorPart, type InspectorVersion } from './inspector.ts'
import type { Part, Workshop } from './part.ts'
import { programEnvironment } from './program-environment.ts'

export interface Plan {
  /** In the order in which they are started: each waits for the one before. */
  readonly parts: readonly Part[]
  readonly gatewayUrl: string
  readonly issuer: string
}

export interface PlanOptions {
  readonly env: Environment
  /** The files that Node.js runs: in a clone they are compiled, in the package bundled. */
  readonly programs: StackPrograms
  /** Those that are started. */
  readonly inspectors: readonly InspectorVersion[]
  /** The ticket shop; left out anyway where there are no tickets, or where they are in the memory of the gateway. */
  readonly site: boolean
  /** The service of docs/shop.md, a REST API behind the gateway. */
  readonly shopService?: boolean
  /** The stack of a workshop, whose configuration GATEWAY_CONFIG names. */
  readonly workshop?: Workshop | undefined
}

export interface StackPrograms {
  readonly gateway: string
  readonly practiceServer: string
  readonly shop: string
}

/** A gateway that an attendee writes, for the exercise with a tool of one's own. */
const OWN_TOOL = 'http://localhost:3543/mcp'
const CLASS_SIZE = 40

/** An error is a list of lines for the operator. */
export function planStack (
  { env, programs, inspectors, site, shopService = false, workshop }: PlanOptions
): Result<Plan, readonly string[]> {
  const asPort = env['PRACTICE_AS_PORT'] ?? '9000'
  if (!/^\d{1,5}$/.test(asPort) || Number(asPort) > 65_535) return err(['PRACTICE_AS_PORT: expected a port number'])
  const practiceIssuer = `http://${workshop?.classroom?.address ?? 'localhost'}:${asPort}`
  const gatewayEnv = workshop === undefined ? gatewayEnvironment(env, practiceIssuer, inspectors.length) : { ...env }
  const loaded = loadConfig({ env: gatewayEnv })
  if (!loaded.ok) return err(loaded.error.map(formatMistake))

  const { config } = loaded.value
  const { identifier, endpointPath = '' } = config.resource
  const gatewayUrl = new URL(identifier).pathname === '/' ? `${identifier}${endpointPath}` : identifier
  const gateway = gatewayPart(programs.gateway, loaded.value, gatewayEnv, workshop)
  const hasShop = site && config.tools.builtIn.includes('example') && config.storage.url !== MEMORY_STORAGE
  const shop = hasShop ? sitePart(programs.shop, env, config, workshop?.classroom) : undefined
  if (shop !== undefined && !shop.ok) return shop
  const practiceEnv: Environment = {
    ...practiceResources(env, config, workshop),
    ...classroomEnvironment(env, workshop),
    ...noticesOf(config),
    PRACTICE_AS_SHOP: shop?.value.env['SITE_ORIGIN'],
    PRACTICE_AS_SHARED_SECRET: config.authorizationServer.jwt?.sharedSecret
  }
  const parts = [
    ...(shopService ? [shopServicePart(env)] : []),
    ...(config.authorizationServer.issuer === practiceIssuer
      ? [practiceServerPart(programs.practiceServer, env, practiceIssuer, practiceEnv)]
      : []),
    gateway,
    ...(shop === undefined ? [] : [shop.value]),
    ...(workshop === undefined ? [] : [exercisesPart({ ...env, ...practiceEnv }, config, workshop, programEnvironment(env))]),
    ...inspectors.map((version, index) => inspectorPart(env, gatewayUrl, version, index > 0))
  ]
  return ok({ parts, gatewayUrl, issuer: config.authorizationServer.issuer })
}

/** A port that was moved moves what is derived from it, unless that was set too. */
function gatewayEnvironment (env: Environment, practiceIssuer: string, inspectors: number): Environment {
  const moved: Record<string, string | undefined> = { ...env }
  if (env['PRACTICE_AS_PORT'] !== undefined) moved['AUTHORIZATION_SERVER_ISSUER'] ??= practiceIssuer
  const clientPort = env['CLIENT_PORT']
  if (clientPort !== undefined || inspectors > 1) moved['ALLOWED_ORIGINS'] ??= inspectorOrigins(env, inspectors).join(',')
  if (env['PORT'] === undefined || env['RESOURCE_IDENTIFIER'] !== undefined) return moved
  const loaded = loadConfig({ env: moved })
  const identifier = loaded.ok ? new URL(loaded.value.config.resource.identifier) : undefined
  if (identifier === undefined || !isLoopbackHost(identifier.hostname)) return moved
  identifier.port = env['PORT']
  return { ...moved, RESOURCE_IDENTIFIER: identifier.pathname === '/' ? identifier.origin : identifier.href }
}

/** The practice server knows the tickets; what tools of other servers need, it asks the gateway. */
function practiceResources (
  env: Environment, { resource: { identifier }, upstreams }: LoadedConfig['config'], workshop: Workshop | undefined
): Environment {
  if (workshop !== undefined) {
    return { PRACTICE_AS_RESOURCE: identifier, PRACTICE_AS_GATEWAY: `${workshop.filesUrl},${env['WORKSHOP_OWN_TOOL'] ?? OWN_TOOL}` }
  }
  const { PRACTICE_AS_RESOURCE: resource, PRACTICE_AS_GATEWAY: gateway } = env
  if (resource !== undefined || gateway !== undefined) return { PRACTICE_AS_RESOURCE: resource, PRACTICE_AS_GATEWAY: gateway }
  return upstreams.length > 0 ? { PRACTICE_AS_GATEWAY: identifier } : { PRACTICE_AS_RESOURCE: identifier }
}

/** The practice server tells the gateway when a person withdraws a grant in the ticket shop. */
function noticesOf ({ notices: { enabled, port, secret } }: LoadedConfig['config']): Environment {
  if (!enabled || secret === undefined) return {}
  return { PRACTICE_AS_NOTICES: `http://localhost:${port}/recheck`, PRACTICE_AS_NOTICES_SECRET: secret }
}

/** Nothing outside a workshop. */
function classroomEnvironment (env: Environment, workshop: Workshop | undefined): Environment {
  if (workshop === undefined) return {}
  const people = { PRACTICE_AS_PEOPLE: env['PRACTICE_AS_PEOPLE'] ?? String(CLASS_SIZE) }
  const { classroom } = workshop
  return classroom === undefined
    ? people
    : {
        ...people,
        PRACTICE_AS_ADDRESS: classroom.address,
        PRACTICE_AS_CLASSROOM: 'everyone-on-this-network',
        PRACTICE_AS_TEACHER_SECRET: classroom.teacherSecret
      }
}

function practiceServerPart (program: string, env: Environment, issuer: string, resources: Environment): Part {
  const port = Number(new URL(issuer).port || 80)
  return {
    label: 'AS',
    name: 'practice authorization server',
    ports: [{ port, variable: 'PRACTICE_AS_PORT' }],
    args: [program],
    env: {
      ...programEnvironment(env),
      PRACTICE_AS_PORT: String(port),
      PRACTICE_AS_LAB: env['PRACTICE_AS_LAB'] ?? '1',
      PRACTICE_AS_CLIENTS: env['PRACTICE_AS_CLIENTS'] ?? 'data/practice-clients.json',
      PRACTICE_AS_TOKEN_SECONDS: env['PRACTICE_AS_TOKEN_SECONDS'],
      PRACTICE_AS_PEOPLE: env['PRACTICE_AS_PEOPLE'],
      ...resources
    },
    endSignal: 'SIGTERM',
    ready: { url: `${issuer}/.well-known/oauth-authorization-server` }
  }
}

/** It knows the gateway by one secret, and nothing of access tokens. */
function shopServicePart (env: Environment): Part {
  const port = env['SHOP_PORT'] ?? '3100'
  const { SHOP_SERVICE_TOKEN, SHOP_DATABASE } = env
  return {
    label: 'SHOP',
    name: 'shop service',
    ports: [{ port: Number(port), variable: 'SHOP_PORT' }],
    args: ['.build/docs/examples/shop/run-shop.js'],
    env: { ...programEnvironment(env), SHOP_PORT: port, SHOP_SERVICE_TOKEN, SHOP_DATABASE: SHOP_DATABASE ?? ':memory:' },
    endSignal: 'SIGTERM',
    ready: { line: /^shop service ready/ }
  }
}

function gatewayPart (
  program: string, { config }: LoadedConfig, env: Environment, workshop: Workshop | undefined
): Part {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const reachable = host === '0.0.0.0' || host === '[::]' ? 'localhost' : host
  return {
    label: 'APP',
    name: 'gateway',
    ports: [
      { port: config.port, variable: 'PORT' },
      ...(config.notices.enabled ? [{ port: config.notices.port, variable: 'NOTICES_PORT' }] : []),
      ...(workshop === undefined ? [] : [{ port: workshop.consolePort, variable: 'CONSOLE_PORT' }])
    ],
    args: [program],
    env,
    endSignal: 'SIGTERM',
    ready: { url: `http://${reachable}:${config.port}/ready` }
  }
}

/** It reads the same storage, and must name the authorization server as the gateway does: the issuer is part of who a person is. */
function sitePart (
  program: string, env: Environment, { authorizationServer, storage, cache }: LoadedConfig['config'],
  classroom: ClassroomAddress | undefined
): Result<Part, readonly string[]> {
  const port = env['SITE_PORT'] ?? '3000'
  const own = {
    SITE_PORT: port,
    SITE_ADDRESS: classroom?.address,
    SITE_ORIGIN: env['SITE_ORIGIN'] ?? `http://${classroom?.address ?? 'localhost'}:${port}`,
    SITE_ISSUER: authorizationServer.issuer,
    SITE_STORAGE: storage.url,
    SITE_CLIENT_ID: env['SITE_CLIENT_ID'],
    SITE_CLIENT_SECRET: env['SITE_CLIENT_SECRET'],
    SITE_READS_END_AFTER: String(Math.ceil(cache.ttlSeconds))
  }
  const settings = readSiteSettings(own)
  if (!settings.ok) return err([settings.error])
  return ok({
    label: 'SITE',
    name: 'ticket shop',
    ports: [{ port: settings.value.port, variable: 'SITE_PORT' }],
    args: [program],
    env: { ...programEnvironment(env), ...own },
    endSignal: 'SIGTERM',
    ready: { line: /^ticket shop ready/ }
  })
}
