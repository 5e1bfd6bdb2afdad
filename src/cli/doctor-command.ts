// `doctor`: reports whether the gateway would work with this configuration on this machine. doctor/ makes the checks; this
// file hands it the same verifiers, storage and tools that the server uses.

import { PresentedToken } from '../auth/presented-token.ts'
import { createAuthentication, type AuthenticationSurroundings } from '../gateway/authenticators.ts'
import { createSenderConstraint } from '../gateway/sender-constraint.ts'
import { loadedEndpoints, type ConfigSources, type LoadedConfig, type LoadedEndpoint } from '../config/load.ts'
import { CONFIG_FILE_VARIABLE, DEFAULT_CONFIG_FILE, processEnvironment, type Environment } from '../config/environment.ts'
import { formatMistake } from '../config/mistake.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { fixedSettings } from '../config/settings.ts'
import { readOpenFilesLimit, roomForConnections } from '../listener/open-files.ts'
import { diagnose, formatDoctorReport, report, UNKNOWN_RESOURCE, type DoctorOptions, type DoctorReport } from '../doctor/diagnose.ts'
import { problem } from '../doctor/diagnosis.ts'
import { diagnoseExchanges } from '../doctor/exchange-diagnosis.ts'
import { systemClock } from '../kernel/clock.ts'
import { createRegistry } from '../mcp/registry.ts'
import { declaredTools } from '../proxy/calls/declared-tools.ts'
import { requestedScopes } from '../policy/requested-scopes.ts'
import { loadServed } from '../server/load-served.ts'
import { compiled } from '../server/served-upstreams.ts'
import { openServiceFor, servedTools, type Service } from '../server/service.ts'
import { openTicketService } from '../tickets/ticket-service.ts'
import { readTlsOptions } from '../server/tls.ts'
import { complain, EXIT, readCommandLine, type Terminal } from './command-line.ts'
import { DOCTOR_OPTIONS } from './command-options.ts'
import { documentOf } from './mistake-document.ts'
import { endpointNamed } from './named-endpoint.ts'
import { diagnosePolicy } from './policy-diagnosis.ts'
import { withProgress } from './shown-wait.ts'
import { lengthProblem, readTokenFile } from './token-file.ts'
import { diagnoseUpstreams } from './upstream-diagnosis.ts'
import { lacksOf, policyOptionsOf } from './tool-lacks.ts'

const USAGE = `Usage: mcp-resource-gateway doctor [options]

Checks the configuration that GATEWAY_CONFIG and the environment describe: each
authorization server (metadata, credentials, clock, scopes, details types, tokens bound to
a key, CORS), other servers and their locks, a policy decision point, the key of signed
challenges, the storage, the port, TLS and its certificates, and says what to do about what
it finds. Opens the storage as the gateway does, asks each authorization server about a
made-up token, and the decision point about a made-up person.

  --token-file FILE       a token to be explained: why it is good here, or not;
                          - reads standard input. It is never shown
  --endpoint IDENTIFIER   of several endpoints the one that the token is for; default: that
                          of "resource"
  --json                  the report as JSON
  --help                  prints this

Exit status: 0 when the gateway would work (and the token is good), 1 when not,
2 for a wrong command line.
`

export async function runDoctor (args: readonly string[], terminal: Terminal, sources: ConfigSources = {}): Promise<number> {
  const read = readCommandLine(args, USAGE, DOCTOR_OPTIONS, terminal)
  if (typeof read === 'number') return read
  if (read.operands.length > 0) return complain(terminal, 'expected options only; a token comes from --token-file')
  const { 'token-file': file, json } = read.values
  const token = file === undefined ? undefined : readTokenFile(file)
  if (token?.ok === false) return complain(terminal, token.error)

  const environment = sources.env ?? processEnvironment()
  const loaded = loadServed(sources)
  const tooLong = loaded.ok && token !== undefined ? lengthProblem(token.value, loaded.value.config.limits.tokenCharacters) : undefined
  if (tooLong !== undefined) return complain(terminal, tooLong)
  const endpoint = loaded.ok ? endpointNamed(read.values.endpoint, loaded.value) : undefined
  if (endpoint?.ok === false) return complain(terminal, endpoint.error)
  const found = loaded.ok && endpoint !== undefined
    ? await withProgress(terminal, 'examining', examine(
      loaded.value, endpoint.value, token === undefined ? undefined : new PresentedToken(token.value), environment
    ))
    : report(
      environment[CONFIG_FILE_VARIABLE] ?? DEFAULT_CONFIG_FILE,
      UNKNOWN_RESOURCE,
      (loaded.ok ? [] : loaded.error).map(mistake => problem('configuration', formatMistake(mistake), documentOf(mistake, environment)))
    )
  terminal.write(json === true ? `${JSON.stringify(found, null, 2)}\n` : formatDoctorReport(found))
  return found.works ? EXIT.good : EXIT.bad
}

async function examine (
  loaded: LoadedConfig, endpoint: LoadedEndpoint, token: PresentedToken | undefined, environment: Environment
): Promise<DoctorReport> {
  const { config } = endpoint
  const endpoints = loadedEndpoints(loaded)
  const declared = await Promise.all(endpoints.map(declaredBy))
  const { lacks } = await declaredBy(endpoint)
  const openFiles = readOpenFilesLimit()
  const found = await diagnose({
    loaded: { ...loaded, config },
    nodeVersion: process.versions.node,
    roomForConnections: openFiles === undefined ? undefined : roomForConnections(openFiles),
    published: {
      scopes: [...new Set(declared.flatMap(({ published }) => published.scopes))],
      detailsTypes: [...new Set(declared.flatMap(({ published }) => published.detailsTypes))]
    },
    lacks,
    endpoints: endpoints.filter(other => other.path !== endpoint.path),
    authenticate: (server, presented) => authenticate(withOnly(config, server), presented),
    readKeys: server => readKeys(config, server),
    authenticateAnywhere: presented => authenticate(config, presented),
    readTls: () => config.tls === undefined ? undefined : readTlsOptions(config.tls),
    async openStorage () {
      // Endpoints share the storage: it matters if one of them offers the tools that need it.
      const builtIn = endpoints.flatMap(other => other.config.tools.builtIn)
      const service = await openService({ ...config, tools: { ...config.tools, builtIn } }, config.storage)
      try {
        for (const { check } of service.readiness) await check()
      } finally {
        await service.close()
      }
    },
    askProofMemory: hasSharedMemory(config) ? () => askProofMemory(config) : undefined,
    token,
    clock: systemClock
  })
  const named = endpoints.flatMap(({ upstreams }) => upstreams)
  const outside = [
    ...await diagnosePolicy(config, systemClock),
    ...await diagnoseUpstreams(named, environment),
    ...await diagnoseExchanges(named, config, systemClock)
  ]
  return outside.length === 0 ? found : report(found.configuration, found.resource, [...found.diagnoses, ...outside])
}

function hasSharedMemory ({ dpop }: GatewayConfig): boolean {
  return dpop.mode !== 'off' && dpop.proofMemoryUrl !== undefined
}

async function askProofMemory (config: GatewayConfig): Promise<void> {
  const { readiness, close } = await createSenderConstraint(config, false, systemClock)
  try {
    for (const { check } of readiness) await check()
  } finally {
    await close()
  }
}

function surroundings (config: GatewayConfig): AuthenticationSurroundings {
  return { settings: fixedSettings(config), clock: systemClock, dispatcher: undefined, observers: [] }
}

function withOnly (config: GatewayConfig, server: GatewayConfig['authorizationServer']): GatewayConfig {
  return { ...config, authorizationServer: server, furtherAuthorizationServers: [] }
}

async function readKeys (
  config: GatewayConfig, { introspection: _, authlete: __, ...server }: GatewayConfig['authorizationServer']
): Promise<void> {
  const { readiness, close } = createAuthentication(surroundings(withOnly(config, server)))
  try {
    for (const { check } of readiness) await check()
  } finally {
    await close()
  }
}

async function authenticate (config: GatewayConfig, token: PresentedToken) {
  const { authenticator, close } = createAuthentication(surroundings(config))
  try {
    return await authenticator.authenticateLive(token)
  } finally {
    await close()
  }
}

function openService ({ resource, tools }: GatewayConfig, storage: GatewayConfig['storage']): Promise<Service> {
  return openServiceFor(tools, openTicketService)({ storage, locale: tools.locale, resource: resource.identifier, clock: systemClock })
}

/** Reads the declarations from a service on storage in memory, because the configured storage may be what is broken. */
async function declaredBy ({ config, upstreams }: LoadedEndpoint): Promise<Pick<DoctorOptions, 'published' | 'lacks'>> {
  const { policy: { scopeImplications }, storage } = config
  const service = await openService(config, { ...storage, url: 'sqlite::memory:' })
  try {
    const served = [...servedTools(service, config.tools), ...declaredTools(compiled(upstreams))]
    const { published, tools } = createRegistry(served, { scopeImplications })
    return {
      published: {
        scopes: requestedScopes(published.scopes, config.policy.requestedScopes),
        detailsTypes: published.detailsTypes.map(({ type }) => type)
      },
      lacks: grant => lacksOf(tools, grant, systemClock.now(), policyOptionsOf(config))
    }
  } finally {
    await service.close()
  }
}
