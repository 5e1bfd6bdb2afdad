// Do the choices about one authorization server go together, and with those about the others? Rules that need two members
// at once, for each server wherever in the file it stands.

import { isClearTextOffLoopback } from './address-syntax.ts'
import type { Finding } from './finding.ts'
import type { GatewayConfig } from './schema.ts'

type Server = GatewayConfig['authorizationServer']

interface Place {
  readonly server: Server
  /** The member, dotted from the root of the file. */
  readonly path: string
}

/** The one server, then the further ones, in the order in which they are asked. */
export function serversOf ({ authorizationServer, furtherAuthorizationServers }: Pick<GatewayConfig, 'authorizationServer' | 'furtherAuthorizationServers'>): readonly Place[] {
  return [
    { server: authorizationServer, path: 'authorizationServer' },
    ...furtherAuthorizationServers.map((server, index) => ({ server, path: `furtherAuthorizationServers.${index}` }))
  ]
}

export function serverConflicts (config: GatewayConfig): Finding[] {
  const places = serversOf(config)
  const repeated = places.filter(({ server }, index) => places.findIndex(other => other.server.issuer === server.issuer) < index)
  return [
    ...places.flatMap(place => addressConflicts(place)),
    ...repeated.map(({ path }) => ({ path: `${path}.issuer`, message: 'expected another issuer: this one stands further up already' }))
  ]
}

function addressConflicts ({ server, path }: Place): Finding[] {
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
  return serversOf(config).flatMap(({ server, path }) => {
    const { issuer, introspection, jwt } = server
    const findings: Finding[] = []
    if (isClearTextOffLoopback(issuer)) {
      findings.push({ path: `${path}.allowInsecureIssuer`, message: `tokens and the client secret travel to ${issuer} in clear: everyone on that network can read them` })
    }
    if (introspection?.endpoint !== undefined && new URL(introspection.endpoint).origin !== new URL(issuer).origin) {
      findings.push({ path: `${path}.introspection.endpoint`, message: 'its origin is not the issuer\'s: tokens and the client secret go there' })
    }
    if (jwt?.sharedSecret !== undefined) {
      findings.push({ path: `${path}.jwt.sharedSecret`, message: 'whoever can verify with a shared secret can also make tokens: asymmetric keys (ES256, RS256) are better' })
    }
    return findings
  })
}

function explicitAddresses ({ introspection, jwt, authlete }: Server): ReadonlyArray<readonly [member: string, address: string]> {
  return [
    ...(introspection?.endpoint === undefined ? [] : [['introspection.endpoint', introspection.endpoint] as const]),
    ...(jwt?.jwksUri === undefined ? [] : [['jwt.jwksUri', jwt.jwksUri] as const]),
    ...(authlete === undefined ? [] : [['authlete.baseUrl', authlete.baseUrl] as const])
  ]
}

function isInsecureByChoice ({ issuer, allowInsecureIssuer }: Server, address: string): boolean {
  return allowInsecureIssuer === issuer && new URL(address).origin === new URL(issuer).origin
}
