// Rules about two or more members of the configuration: conflicts, with which the gateway does not start, and warnings.

import { isClearTextOffLoopback, isLoopbackHost, isOrigin } from './address-syntax.ts'
import { LOCAL_PROFILE_FLAG } from './arguments.ts'
import { endpointConflicts } from './endpoint-rules.ts'
import type { Finding } from './finding.ts'
import type { GatewayConfig } from './schema.ts'
import { serverConflicts, serverWarnings } from './server-rules.ts'
import { isStorageInClear, MEMORY_STORAGE } from './storage-url.ts'
import { templateSlots } from './template-slots.ts'

export interface RuleContext {
  readonly allowLocalProfileOffLoopback: boolean
}

/** With a conflict the gateway does not start. */
export function findConflicts (config: GatewayConfig, context: RuleContext): Finding[] {
  const findings = [...templateSlots(config), ...serverConflicts(config), ...endpointConflicts(config)]
  const { identifier, endpointPath } = config.resource
  if (isOrigin(identifier) && endpointPath === undefined) {
    const message = 'missing; expected a path such as /mcp, since resource.identifier has none'
    findings.push({ path: 'resource.endpointPath', message })
  }
  if (config.profile === 'local' && !isLoopbackHost(config.host) && !context.allowLocalProfileOffLoopback) {
    const message = `expected a loopback host, because the file is a local profile; ${LOCAL_PROFILE_FLAG} allows other hosts`
    findings.push({ path: 'host', message })
  }
  if (config.console.enabled && !isLoopbackHost(config.console.host) && config.console.secret === undefined) {
    const message = 'missing; expected a secret, because console.host is not loopback and the page shows who calls what'
    findings.push({ path: 'console.secret', message })
  }
  const { secondOpinion } = config.policy
  if (secondOpinion !== undefined && isClearTextOffLoopback(secondOpinion.url)) {
    const message = 'expected https, unless it is on loopback: everyone on that network could answer in place of the decision point'
    findings.push({ path: 'policy.secondOpinion.url', message })
  }
  if (config.notices.enabled && config.notices.secret === undefined) {
    findings.push({ path: 'notices.secret', message: 'missing; expected a secret, which the authorization server presents' })
  }
  const { shutdownNoticeMs, shutdownDeadlineMs } = config.limits
  if (shutdownNoticeMs > 0 && shutdownNoticeMs >= shutdownDeadlineMs) {
    findings.push({ path: 'limits.shutdownNoticeMs', message: 'expected less than limits.shutdownDeadlineMs, which includes it' })
  }
  return [...findings, ...workerConflicts(config)]
}

/** State that is kept in one process and that all workers would have to share. */
function workerConflicts ({ workers, storage, dpop, policy }: GatewayConfig): Finding[] {
  if (workers === 1) return []
  const findings: Finding[] = []
  if (storage.url === MEMORY_STORAGE) {
    findings.push({ path: 'workers', message: `expected 1: with storage.url ${MEMORY_STORAGE} each worker would have its own data` })
  }
  if (dpop.mode !== 'off' && dpop.proofMemoryUrl === undefined) {
    const message = `expected 1, or dpop.proofMemoryUrl: with dpop.mode ${dpop.mode} each worker would accept the same proof once`
    findings.push({ path: 'workers', message })
  }
  if (policy.transactionChallenge !== undefined && policy.transactionChallenge.memoryUrl === undefined) {
    const message = 'expected 1, or policy.transactionChallenge.memoryUrl: each worker would accept the same transaction once'
    findings.push({ path: 'workers', message })
  }
  if (dpop.mode !== 'off' && dpop.nonce === 'required' && dpop.nonceSecret === undefined) {
    findings.push({ path: 'dpop.nonceSecret', message: 'missing; expected a secret, with which workers know the nonces of one another' })
  }
  return findings
}

/** With a warning the gateway starts, and logs it. */
export function findWarnings (config: GatewayConfig): Finding[] {
  const findings = serverWarnings(config)
  if (config.policy.authorizationDetailsWhenAbsent === 'allow') {
    const message = 'allow: a token without authorization_details may use every tool that its scopes permit, without a limit'
    findings.push({ path: 'policy.authorizationDetailsWhenAbsent', message })
  }
  if (isStorageInClear(config.storage.url)) {
    const message = 'the connection to the database is not encrypted, and the server is not authenticated: add ?sslmode=verify-full'
    findings.push({ path: 'storage.url', message })
  }
  if (config.dpop.proofMemoryUrl !== undefined && isStorageInClear(config.dpop.proofMemoryUrl)) {
    const message = 'the connection to the memory of proofs is not encrypted, and the server is not authenticated: use rediss:, or ' +
      '?sslmode=verify-full'
    findings.push({ path: 'dpop.proofMemoryUrl', message })
  }
  const { transactionChallenge } = config.policy
  if (transactionChallenge?.memoryUrl !== undefined && isStorageInClear(transactionChallenge.memoryUrl)) {
    const message = 'the connection to the memory of transactions is not encrypted, and the server is not authenticated: use rediss:, or ' +
      '?sslmode=verify-full'
    findings.push({ path: 'policy.transactionChallenge.memoryUrl', message })
  }
  return [...findings, ...reachabilityWarnings(config)]
}

function reachabilityWarnings (config: GatewayConfig): Finding[] {
  const identifier = new URL(config.resource.identifier)
  const path = 'resource.identifier'
  const findings: Finding[] = []
  if (isLoopbackHost(identifier.hostname)) {
    if (!isLoopbackHost(config.host)) {
      const message = 'names loopback, but the gateway listens beyond it: a client on another machine would connect to itself'
      findings.push({ path, message })
    }
    if (config.port !== 0 && portOf(identifier) !== config.port) {
      const message = `names port ${portOf(identifier)}, but the gateway listens on ${config.port}: right only behind a proxy`
      findings.push({ path, message })
    }
  } else if (identifier.protocol === 'http:') {
    findings.push({ path, message: 'plain http off loopback: clients send their tokens unencrypted' })
  }
  return findings
}

function portOf (url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
