// Do the choices go together, and which of them should an operator be told about? Rules that need two members at once.

import { isLoopbackHost, isOrigin } from './address-syntax.ts'
import type { Finding } from './finding.ts'
import type { GatewayConfig } from './schema.ts'
import { serverConflicts, serverWarnings } from './server-rules.ts'
import { isStorageInClear, MEMORY_STORAGE } from './storage-url.ts'

export interface RuleContext {
  readonly allowLocalProfileOffLoopback: boolean
}

export const LOCAL_PROFILE_FLAG = '--allow-local-profile-off-loopback'

/** What makes the gateway refuse to start. */
export function findConflicts (config: GatewayConfig, context: RuleContext): Finding[] {
  const findings = serverConflicts(config)
  const { identifier, endpointPath } = config.resource
  if (isOrigin(identifier) !== (endpointPath !== undefined)) {
    findings.push({ path: 'resource.endpointPath', message: endpointPath === undefined ? 'missing; expected a path such as /mcp, since resource.identifier has none' : 'expected nothing: the path of resource.identifier is the endpoint' })
  }
  if (config.profile === 'local' && !isLoopbackHost(config.host) && !context.allowLocalProfileOffLoopback) {
    findings.push({ path: 'host', message: `expected a loopback host, since this file is a local profile; ${LOCAL_PROFILE_FLAG} overrules` })
  }
  const { shutdownNoticeMs, shutdownDeadlineMs } = config.limits
  if (shutdownNoticeMs > 0 && shutdownNoticeMs >= shutdownDeadlineMs) {
    findings.push({ path: 'limits.shutdownNoticeMs', message: 'expected less than limits.shutdownDeadlineMs, which covers it' })
  }
  return [...findings, ...workerConflicts(config)]
}

/** What one process remembers and the others would have to know: with several, it would be wrong in each of them. */
function workerConflicts ({ workers, storage, dpop }: GatewayConfig): Finding[] {
  if (workers === 1) return []
  const findings: Finding[] = []
  if (storage.url === MEMORY_STORAGE) {
    findings.push({ path: 'workers', message: `expected 1: with storage.url ${MEMORY_STORAGE} each worker would have its own data` })
  }
  if (dpop.mode !== 'off') {
    findings.push({ path: 'workers', message: `expected 1: with dpop.mode ${dpop.mode} each worker would accept the same proof once` })
  }
  return findings
}

/** What the gateway starts with, and says so. */
export function findWarnings (config: GatewayConfig): Finding[] {
  const findings = serverWarnings(config)
  if (config.policy.authorizationDetailsWhenAbsent === 'allow') {
    findings.push({ path: 'policy.authorizationDetailsWhenAbsent', message: 'allow: a token without authorization_details may use every tool its scopes permit, without a limit' })
  }
  if (isStorageInClear(config.storage.url)) {
    findings.push({ path: 'storage.url', message: 'the connection to the database is not encrypted, and the server is not authenticated: add ?sslmode=verify-full' })
  }
  return [...findings, ...reachabilityWarnings(config)]
}

function reachabilityWarnings (config: GatewayConfig): Finding[] {
  const identifier = new URL(config.resource.identifier)
  const path = 'resource.identifier'
  const findings: Finding[] = []
  if (isLoopbackHost(identifier.hostname)) {
    if (!isLoopbackHost(config.host)) findings.push({ path, message: 'names loopback, but the gateway listens beyond it: clients on other machines are sent to themselves' })
    if (config.port !== 0 && portOf(identifier) !== config.port) findings.push({ path, message: `names port ${portOf(identifier)}, but the gateway listens on ${config.port}: right only behind a proxy` })
  } else if (identifier.protocol === 'http:') {
    findings.push({ path, message: 'plain http off loopback: clients send their tokens in clear' })
  }
  return findings
}

function portOf (url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
