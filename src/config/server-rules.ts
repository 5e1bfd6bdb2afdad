// Rules about the members of the authorization servers that need two members at once: addresses in clear text, repeated issuers.

import { isClearTextOffLoopback } from './address-syntax.ts'
import { authorizationServersOf, type ConfiguredServer, type ServerConfig } from './authorization-servers.ts'
import type { Finding } from './finding.ts'
import type { GatewayConfig } from './schema.ts'

const REPEATED_ISSUER = 'expected another issuer: an authorization server above has this one'

export function serverConflicts (config: GatewayConfig): Finding[] {
  const servers = authorizationServersOf(config)
  const repeated = servers.filter(({ server }, index) => servers.findIndex(other => other.server.issuer === server.issuer) < index)
  return [
    ...servers.flatMap(addressConflicts),
    ...repeated.map(({ path }) => ({ path: `${path}.issuer`, message: REPEATED_ISSUER }))
  ]
}

function addressConflicts ({ server, path }: ConfiguredServer): Finding[] {
  const { issuer, allowInsecureIssuer, allowInsecureIntrospection, introspection } = server
  const insecure = `${path}.allowInsecureIssuer`
  const findings: Finding[] = []
  if (allowInsecureIssuer !== undefined && allowInsecureIssuer !== issuer) {
    findings.push({ path: insecure, message: `expected exactly the value of ${path}.issuer, or nothing` })
  }
  if (allowInsecureIntrospection !== undefined && allowInsecureIntrospection !== introspection?.endpoint) {
    findings.push({ path: `${path}.allowInsecureIntrospection`, message: `expected exactly the value of ${path}.introspection.endpoint, or nothing` })
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

/** Claims that a person can change, or that a server gives to another person later (OpenID Connect Core section 5.7). */
const CHANGEABLE_CLAIMS: ReadonlySet<string> = new Set(['email', 'preferred_username', 'username', 'user_name', 'name', 'nickname', 'upn', 'unique_name'])

/** What is accepted beyond RFC 9068, in the words of what it opens. */
function tokenRuleWarnings (server: ServerConfig, path: string): Finding[] {
  const { acceptedAudiences, claims, requireExpiry, subjectless, introspection, allowInsecureIntrospection } = server
  const findings: Finding[] = []
  if (acceptedAudiences !== undefined) {
    findings.push({ path: `${path}.acceptedAudiences`, message: `tokens for ${acceptedAudiences.join(', ')} are accepted: each must belong to this gateway alone` })
  }
  const changeable = claims.subject.filter(name => CHANGEABLE_CLAIMS.has(name))
  if (changeable.length > 0) {
    findings.push({ path: `${path}.claims.subject`, message: `${changeable.join(', ')} may change or be given to another person, who then has the first one's reservations` })
  }
  if (!requireExpiry) findings.push({ path: `${path}.requireExpiry`, message: 'false: a token without exp is accepted until the server calls it inactive' })
  if (subjectless === 'client') findings.push({ path: `${path}.subjectless`, message: 'client: a token without a subject is accepted, and its client acts for itself' })
  if (introspection?.clientAuthentication === 'none') {
    findings.push({ path: `${path}.introspection.clientAuthentication`, message: 'none: everything that reaches the introspection endpoint can test tokens there' })
  }
  if (allowInsecureIntrospection !== undefined && isClearTextOffLoopback(allowInsecureIntrospection)) {
    findings.push({ path: `${path}.allowInsecureIntrospection`, message: `tokens travel to ${allowInsecureIntrospection} in clear, and everyone on that network can read them or answer for the server` })
  }
  return findings
}

function explicitAddresses ({ introspection, jwt, authlete }: ServerConfig): ReadonlyArray<readonly [member: string, address: string]> {
  return [
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

function isInsecureByChoice ({ issuer, allowInsecureIssuer, allowInsecureIntrospection, introspection }: ServerConfig, address: string): boolean {
  if (address === allowInsecureIntrospection && address === introspection?.endpoint) return true
  return allowInsecureIssuer === issuer && new URL(address).origin === new URL(issuer).origin
}
