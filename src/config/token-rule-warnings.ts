// The warnings about what one authorization server may do beyond RFC 9068 and RFC 7662: each says what it opens. docs/threat-model.md has
// the attacks.

import { isClearTextOffLoopback } from './address-syntax.ts'
import type { ServerConfig } from './authorization-servers.ts'
import type { Finding } from './finding.ts'

/**
 * Claims that a person can change, or that a server gives to another person later.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability
 */
const CHANGEABLE_CLAIMS: ReadonlySet<string> = new Set([
  'email', 'preferred_username', 'username', 'user_name', 'name', 'nickname', 'upn', 'unique_name'
])

/** Audiences that a server writes into tokens for itself, or into all of them: Keycloak, Supabase, Microsoft Graph. */
const COMMON_AUDIENCES: ReadonlySet<string> = new Set(['account', 'authenticated', '00000003-0000-0000-c000-000000000000'])
/** Behind the issuer: the UserInfo endpoint (Auth0, better-auth), the management API of Auth0, the static audience of Duende. */
const COMMON_ENDINGS: ReadonlySet<string> = new Set(['', '/', '/userinfo', '/oauth2/userinfo', '/api/v2/', '/resources'])

function isCommon (audience: string, issuer: string): boolean {
  const plain = issuer.replace(/\/$/, '')
  return COMMON_AUDIENCES.has(audience) || (audience.startsWith(plain) && COMMON_ENDINGS.has(audience.slice(plain.length)))
}

/** The members of RFC 7662 into which a reply of Authlete is translated. */
const TRANSLATED = [['scope', 'scope'], ['clientId', 'client_id'], ['subject', 'sub']] as const

/** @param path the member that holds the settings of the server */
export function tokenRuleWarnings (server: ServerConfig, path: string): Finding[] {
  const { acceptedAudiences, claims, requireExpiry, subjectless, introspection, authlete, allowInsecureIntrospection } = server
  const findings: Finding[] = []
  const warn = (member: string, message: string) => { findings.push({ path: `${path}.${member}`, message }) }
  if (acceptedAudiences !== undefined) {
    warn('acceptedAudiences', `tokens for ${acceptedAudiences.join(', ')} are accepted: each must belong to this gateway alone`)
    const common = acceptedAudiences.filter(audience => isCommon(audience, server.issuer))
    if (common.length > 0) {
      warn('acceptedAudiences', `${common.join(', ')}: tokens for every purpose of this server have it, so that each of them works here`)
    }
  }
  const changeable = claims.subject.filter(name => CHANGEABLE_CLAIMS.has(name))
  if (changeable.length > 0) {
    warn('claims.subject', `${changeable.join(', ')} may be given to another person, who then has the reservations of the first one`)
  }
  if (authlete !== undefined) {
    for (const [meaning, name] of TRANSLATED) {
      if (claims[meaning].includes(name)) continue
      warn(`claims.${meaning}`, `without ${name}, the name in translated replies of Authlete: none is found`)
    }
  }
  if (!requireExpiry) warn('requireExpiry', 'false: a token without exp is accepted until the server calls it inactive')
  if (subjectless === 'client') warn('subjectless', 'client: a token without a subject is accepted, and its client acts for itself')
  if (introspection?.clientAuthentication === 'none') {
    warn('introspection.clientAuthentication', 'none: everything that reaches the introspection endpoint can test tokens there')
  }
  if (allowInsecureIntrospection !== undefined && isClearTextOffLoopback(allowInsecureIntrospection)) {
    warn('allowInsecureIntrospection', `tokens are sent to ${allowInsecureIntrospection} unencrypted: everyone on that network can read ` +
      'them, or answer in place of the server')
  }
  return findings
}
