// Rules about the members of the authorization servers that need two members at once: addresses in clear text, repeated issuers.

import { isClearTextOffLoopback } from './address-syntax.ts'
import { authorizationServersOf, type ConfiguredServer, type ServerConfig } from './authorization-servers.ts'
import type { Finding } from './finding.ts'
import type { GatewayConfig } from './schema.ts'

export function serverConflicts (config: GatewayConfig): Finding[] {
  const servers = authorizationServersOf(config)
  const repeated = servers.filter(({ server }, index) => servers.findIndex(other => other.server.issuer === server.issuer) < index)
  return [
    ...servers.flatMap(addressConflicts),
    ...repeated.map(({ path }) => ({ path: `${path}.issuer`, message: 'expected another issuer: this one stands further up already' }))
  ]
}

function addressConflicts ({ server, path }: ConfiguredServer): Finding[] {
  const { issuer, allowInsecureIssuer } = server
  const insecure = `${path}.allowInsecureIssuer`
  const findings: Finding[] = []
  if (allowInsecureIssuer !== undefined && allowInsecureIssuer !== issuer) {
    findings.push({ path: insecure, message: `expected exactly the value of ${path}.issuer, or nothing` })
  }
  if (isClearTextOffLoopback(issuer) && allowInsecureIssuer !== issuer) {
    findings.push({ path: `${path}.issuer`, message: `expected https: plain http is for loopback only, unless ${insecure} names exactly this issuer` })
  }
  for (const [member, address] of explicitAddresses(server)) {
    if (isClearTextOffLoopback(address) && !isInsecureByChoice(server, address)) {
      findings.push({ path: `${path}.${member}`, message: `expected https: plain http is for loopback only, or for the origin of the issuer that ${insecure} names` })
    }
  }
  return findings
}

export function serverWarnings (config: GatewayConfig): Finding[] {
  return authorizationServersOf(config).flatMap(({ server, path }) => {
    const { issuer, introspection, jwt } = server
    const findings: Finding[] = []
    if (isClearTextOffLoopback(issuer)) {
      findings.push({ path: `${path}.allowInsecureIssuer`, message: `tokens and the client secret travel to ${issuer} in clear: everyone on that network can read them` })
    }
    if (introspection?.endpoint !== undefined && new URL(introspection.endpoint).origin !== new URL(issuer).origin) {
      findings.push({ path: `${path}.introspection.endpoint`, message: 'its origin is not the issuer\'s: tokens and the client secret go there' })
    }
    if (jwt?.sharedSecret !== undefined) {
      findings.push({ path: `${path}.jwt.sharedSecret`, message: 'every holder of a shared secret can also make tokens: asymmetric keys (ES256, RS256) are better' })
    }
    return findings
  })
}

function explicitAddresses ({ introspection, jwt, authlete }: ServerConfig): ReadonlyArray<readonly [member: string, address: string]> {
  return [
    ...(introspection?.endpoint === undefined ? [] : [['introspection.endpoint', introspection.endpoint] as const]),
    ...(jwt?.jwksUri === undefined ? [] : [['jwt.jwksUri', jwt.jwksUri] as const]),
    ...(authlete === undefined ? [] : [['authlete.baseUrl', authlete.baseUrl] as const])
  ]
}

function isInsecureByChoice ({ issuer, allowInsecureIssuer }: ServerConfig, address: string): boolean {
  return allowInsecureIssuer === issuer && new URL(address).origin === new URL(issuer).origin
}
