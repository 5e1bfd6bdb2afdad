// Rules about the members of the authorization servers that need two members at once: addresses in clear text, repeated issuers.

import { hasNoIntrospection, unverifiableBecause } from '../kernel/unusable-servers.ts'
import { isClearTextOffLoopback } from './address-syntax.ts'
import { authorizationServersOf, type ConfiguredServer, type ServerConfig } from './authorization-servers.ts'
import type { Finding } from './finding.ts'
import type { GatewayConfig } from './schema.ts'
import { tokenRuleWarnings } from './token-rule-warnings.ts'

const REPEATED_ISSUER = 'expected another issuer: an authorization server above has this one'

export function serverConflicts (config: GatewayConfig): Finding[] {
  const servers = authorizationServersOf(config)
  const repeated = servers.filter(({ server }, index) => servers.findIndex(other => other.server.issuer === server.issuer) < index)
  return [
    ...servers.flatMap(addressConflicts),
    ...servers.flatMap(hopelessServers),
    ...repeated.map(({ path }) => ({ path: `${path}.issuer`, message: REPEATED_ISSUER }))
  ]
}

/** What can never work is said at start, and not with each token. */
function hopelessServers ({ server: { issuer, introspection }, path }: ConfiguredServer): Finding[] {
  const reason = unverifiableBecause(issuer)
  if (reason !== undefined) return [{ path: `${path}.issuer`, message: `expected another authorization server: ${reason}` }]
  return introspection !== undefined && introspection.endpoint === undefined && hasNoIntrospection(issuer)
    ? [{
        path: `${path}.introspection`,
        message: 'expected none, and jwt in its place: this authorization server has no introspection endpoint'
      }]
    : []
}

function addressConflicts ({ server, path }: ConfiguredServer): Finding[] {
  const { issuer, allowInsecureIssuer, allowInsecureIntrospection, introspection } = server
  const insecure = `${path}.allowInsecureIssuer`
  const findings: Finding[] = []
  if (allowInsecureIssuer !== undefined && allowInsecureIssuer !== issuer) {
    findings.push({ path: insecure, message: `expected exactly the value of ${path}.issuer, or nothing` })
  }
  if (allowInsecureIntrospection !== undefined && allowInsecureIntrospection !== introspection?.endpoint) {
    const message = `expected exactly the value of ${path}.introspection.endpoint, or nothing`
    findings.push({ path: `${path}.allowInsecureIntrospection`, message })
  }
  if (isClearTextOffLoopback(issuer) && allowInsecureIssuer !== issuer) {
    const message = `expected https: plain http is for loopback only, unless ${insecure} names exactly this issuer`
    findings.push({ path: `${path}.issuer`, message })
  }
  for (const [member, address] of explicitAddresses(server)) {
    if (isClearTextOffLoopback(address) && !isInsecureByChoice(server, address)) {
      findings.push({ path: `${path}.${member}`, message: refusedClearText(path, member) })
    }
  }
  return findings
}

export function serverWarnings (config: GatewayConfig): Finding[] {
  return authorizationServersOf(config).flatMap(({ server, path }) => {
    const { issuer, introspection, jwt } = server
    const findings: Finding[] = []
    if (isClearTextOffLoopback(issuer)) {
      const message = `tokens and the client secret are sent to ${issuer} unencrypted: everyone on that network can read them`
      findings.push({ path: `${path}.allowInsecureIssuer`, message })
    }
    if (introspection?.endpoint !== undefined && new URL(introspection.endpoint).origin !== new URL(issuer).origin) {
      const message = 'its origin is not the origin of the issuer: tokens and the client secret are sent there'
      findings.push({ path: `${path}.introspection.endpoint`, message })
    }
    findings.push(...tokenRuleWarnings(server, path))
    if (jwt?.sharedSecret !== undefined) {
      const message = 'every holder of a shared secret can also make tokens: asymmetric keys (ES256, RS256) are better'
      findings.push({ path: `${path}.jwt.sharedSecret`, message })
    }
    return findings
  })
}

function explicitAddresses (server: ServerConfig): ReadonlyArray<readonly [member: string, address: string]> {
  const { issuer, introspection, jwt, authlete, agreementPage } = server
  return [
    ...(agreementPage === undefined ? [] : [['agreementPage', new URL(agreementPage, issuer).href] as const]),
    ...(introspection?.endpoint === undefined ? [] : [['introspection.endpoint', introspection.endpoint] as const]),
    ...(jwt?.jwksUri === undefined ? [] : [['jwt.jwksUri', jwt.jwksUri] as const]),
    ...(authlete === undefined ? [] : [['authlete.baseUrl', authlete.baseUrl] as const])
  ]
}

function refusedClearText (path: string, member: string): string {
  const allowed = `or for the origin of the issuer that ${path}.allowInsecureIssuer names`
  const exactly = member === 'introspection.endpoint' ? `, or if ${path}.allowInsecureIntrospection is exactly this address` : ''
  return `expected https: plain http is for loopback only, ${allowed}${exactly}`
}

function isInsecureByChoice (
  { issuer, allowInsecureIssuer, allowInsecureIntrospection, introspection }: ServerConfig, address: string
): boolean {
  if (address === allowInsecureIntrospection && address === introspection?.endpoint) return true
  return allowInsecureIssuer === issuer && new URL(address).origin === new URL(issuer).origin
}
