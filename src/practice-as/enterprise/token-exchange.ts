// Answers a token exchange (RFC 8693) at the practice identity provider: an ID token in, an assertion for the authorization server
// out. Here the enterprise decides: which resource, which scopes, and up to which amount.

import { ENTERPRISE_CLIENT } from '../endpoints.ts'
import type { Knowledge } from '../gateways/known-resources.ts'
import { grantedByEnterprise } from '../standing-limit.ts'
import { TOKEN_EXCHANGE, TOKEN_TYPE } from './grant-names.ts'

export interface ExchangeAnswer {
  readonly status: 200 | 400
  readonly body: Readonly<Record<string, unknown>>
}

export interface ExchangePolicy {
  readonly authorizationServer: string
  /** The resources of that authorization server, and what is known about them. */
  readonly knowledge: () => Knowledge
  /** The person that an ID token names; `undefined` for a token that is not one of ours, for this application, or has expired. */
  readonly personOf: (idToken: string) => Promise<{ readonly subject: string, readonly authTime: number | undefined } | undefined>
  /** Signs an assertion and adds `iss`, `iat`, `exp` and `jti`. */
  readonly issue: (claims: Record<string, unknown>) => Promise<string>
  readonly assertionTtlSeconds: number
}

/** One for all assertions, so that a total holds across the tokens of a person. */
const ENTERPRISE_BUDGET = 'enterprise'

/**
 * A bad ID token is `invalid_request`, as RFC 8693 section 2.2.2 has it.
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-identity-assertion-authz-grant/ (-05, 2026-10-30)
 */
export async function answerExchange (form: URLSearchParams, policy: ExchangePolicy): Promise<ExchangeAnswer> {
  const { authorizationServer } = policy
  const knowledge = policy.knowledge()
  const governed = knowledge.resources
  const repeated = [...new Set(form.keys())].find(name => name !== 'resource' && name !== 'audience' && form.getAll(name).length > 1)
  if (repeated !== undefined) return refusal('invalid_request', 'a parameter is repeated')
  if (form.get('grant_type') !== TOKEN_EXCHANGE) return refusal('unsupported_grant_type', 'expected token exchange')
  for (const [name, type] of [['requested_token_type', TOKEN_TYPE.idJag], ['subject_token_type', TOKEN_TYPE.idToken]] as const) {
    if (form.get(name) !== type) return refusal('invalid_request', `${name}: expected ${type}`)
  }
  if (form.has('actor_token')) return refusal('invalid_request', 'actor_token: not supported')
  const person = await policy.personOf(form.get('subject_token') ?? '')
  if (person === undefined) return refusal('invalid_request', 'subject_token: expected an ID token of this provider for this application')
  const audiences = form.getAll('audience')
  if (audiences.length !== 1 || audiences[0] !== authorizationServer) {
    return refusal('invalid_target', `audience: expected ${authorizationServer}`)
  }
  const resources = form.has('resource') ? form.getAll('resource') : governed
  if (!resources.every(resource => governed.includes(resource))) {
    return refusal('invalid_target', 'resource: not one of that authorization server')
  }
  const requested = form.get('scope')?.split(' ')
  const offered = [...new Set(resources.flatMap(resource => knowledge.of(resource)?.scopes ?? []))]
  const scopes = offered.filter(scope => requested?.includes(scope) ?? true)
  if (scopes.length === 0) return refusal('invalid_scope', `expected some of ${offered.join(' ')}`)
  const details = readDetails(form.get('authorization_details'))
  if (details === 'unreadable') return refusal('invalid_authorization_details', 'expected a JSON array')
  const granted = grantedByEnterprise(knowledge.typesAt(resources), details, ENTERPRISE_BUDGET)
  if (!granted.ok) return refusal('invalid_authorization_details', granted.error)

  const [first] = resources
  const claims = {
    resource: resources.length === 1 ? first : [...new Set(resources)],
    scope: scopes.join(' '),
    authorization_details: granted.value
  }
  const { subject, authTime } = person
  const assertion = await policy.issue({
    sub: subject,
    aud: authorizationServer,
    client_id: ENTERPRISE_CLIENT.id,
    ...(authTime !== undefined && { auth_time: authTime }),
    ...claims
  })
  return {
    status: 200,
    body: {
      issued_token_type: TOKEN_TYPE.idJag,
      access_token: assertion,
      token_type: 'N_A',
      expires_in: policy.assertionTtlSeconds,
      ...claims
    }
  }
}

function readDetails (text: string | null): readonly unknown[] | undefined | 'unreadable' {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.length > 0 ? value : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

function refusal (error: string, description: string): ExchangeAnswer {
  return { status: 400, body: { error, error_description: description } }
}
