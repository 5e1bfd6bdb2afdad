// Do the choices go together, and which of them should an operator be told about? Rules that need two members at once.

import { isClearTextOffLoopback, isLoopbackHost } from './addresses.ts'
import type { GatewayConfig } from './schema.ts'
import { isStorageInClear } from './storage-url.ts'

export interface Finding {
  /** The member, dotted from the root of the file. */
  readonly path: string
  readonly message: string
}

export interface RuleContext {
  readonly allowLocalProfileOffLoopback: boolean
}

export const LOCAL_PROFILE_FLAG = '--allow-local-profile-off-loopback'

const ISSUER = 'authorizationServer.issuer'
const ENDPOINT = 'authorizationServer.introspection.endpoint'
const INSECURE = 'authorizationServer.allowInsecureIssuer'

/** What makes the gateway refuse to start. */
export function findConflicts (config: GatewayConfig, context: RuleContext): Finding[] {
  const { issuer, introspection, allowInsecureIssuer } = config.authorizationServer
  const findings: Finding[] = []
  const inClear = `expected https: plain http is for loopback only, unless ${INSECURE} names exactly this issuer`
  if (allowInsecureIssuer !== undefined && allowInsecureIssuer !== issuer) {
    findings.push({ path: INSECURE, message: `expected exactly the value of ${ISSUER}, or nothing` })
  }
  if (isClearTextOffLoopback(issuer) && allowInsecureIssuer !== issuer) findings.push({ path: ISSUER, message: inClear })
  if (introspection.endpoint !== undefined && isClearTextOffLoopback(introspection.endpoint) && !isInsecureByChoice(config, introspection.endpoint)) {
    findings.push({ path: ENDPOINT, message: `expected https: plain http is for loopback only, or for the origin of the issuer that ${INSECURE} names` })
  }
  if (config.profile === 'local' && !isLoopbackHost(config.host) && !context.allowLocalProfileOffLoopback) {
    findings.push({ path: 'host', message: `expected a loopback host, since this file is a local profile; ${LOCAL_PROFILE_FLAG} overrules` })
  }
  return findings
}

/** What the gateway starts with, and says so. */
export function findWarnings (config: GatewayConfig): Finding[] {
  const { issuer, introspection } = config.authorizationServer
  const findings: Finding[] = []
  if (isClearTextOffLoopback(issuer)) {
    findings.push({ path: INSECURE, message: `tokens and the client secret travel to ${issuer} in clear: everyone on that network can read them` })
  }
  if (introspection.endpoint !== undefined && new URL(introspection.endpoint).origin !== new URL(issuer).origin) {
    findings.push({ path: ENDPOINT, message: 'its origin is not the issuer\'s: tokens and the client secret go there' })
  }
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

function isInsecureByChoice (config: GatewayConfig, endpoint: string): boolean {
  const { issuer, allowInsecureIssuer } = config.authorizationServer
  return allowInsecureIssuer === issuer && new URL(endpoint).origin === new URL(issuer).origin
}

function portOf (url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
