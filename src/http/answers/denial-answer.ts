// The HTTP answer to a Denial: a status, one challenge that names everything missing at its level, and a JSON-RPC error. A denial that no
// challenge can express is a result with the envelope of SEP-2643, and does not come here: mcp/refusals.ts.

import type { Scheme } from '../../auth/possession/possession.ts'
import type { Denial } from '../../policy/denial.ts'
import { denialText } from '../../policy/denial-text.ts'
import { requestedScopes, type ScopeNames } from '../../policy/requested-scopes.ts'
import type { ToldDenial } from '../../mcp/message-reply.ts'
import { errorBody, type RequestId } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Addresses } from '../addresses.ts'
import { writeChallenge, type AcceptedSchemes, type ChallengeParameters } from './challenge.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

export interface DenialAnswerOptions {
  readonly addresses: Addresses
  /** Default: bearer tokens only. */
  readonly schemes?: AcceptedSchemes
  /** The names under which clients request scopes. Default: those of the tools. */
  readonly scopeNames?: ScopeNames
}

interface Refusal {
  readonly status: 401 | 403
  /** Absent where no other token would do: a challenge can only ask for one. */
  readonly challenge: ChallengeParameters | undefined
  readonly data: JsonObject
}

export function denialAnswer (told: ToldDenial, id: RequestId | undefined, options: DenialAnswerOptions, used?: Scheme): HttpAnswer {
  const { status, challenge, data } = refusalOf(told, options)
  const { metadataUrl } = options.addresses
  const about = challenge === undefined ? {} : { ...errorMember(challenge), resource_metadata: metadataUrl }
  return {
    status,
    headers: headersOf(challenge, options, used),
    body: errorBody({ code: RPC.forbidden, message: denialText(told.denial), data: { ...about, ...data }, id })
  }
}

/** The same for a route of the host: the body is an OAuth error, as that of a rejection is, since the client may know no JSON-RPC. */
export function routeDenialAnswer (denial: Denial, options: DenialAnswerOptions, used?: Scheme): HttpAnswer {
  const { status, challenge, data } = refusalOf({ denial, status: 403 }, options)
  return {
    status,
    headers: headersOf(challenge, options, used),
    body: JSON.stringify({ ...errorMember(challenge), error_description: denialText(denial), ...data })
  }
}

function errorMember (challenge: ChallengeParameters | undefined): { readonly error?: string } {
  return challenge?.error === undefined ? {} : { error: challenge.error }
}

function headersOf (
  challenge: ChallengeParameters | undefined, { addresses, schemes, scopeNames }: DenialAnswerOptions, used: Scheme | undefined
): HttpAnswer['headers'] {
  if (challenge === undefined) return NO_STORE
  return { ...NO_STORE, 'www-authenticate': writeChallenge({ addresses, parameters: challenge, schemes, scopeNames, used }) }
}

function refusalOf (told: Omit<ToldDenial, 'kind'>, { scopeNames = {} }: DenialAnswerOptions): Refusal {
  const { denial, status, remediation } = told
  const description = denialText(denial)
  switch (denial.kind) {
    case 'insufficient-scope':
      return {
        status: 403,
        challenge: { error: 'insufficient_scope', description, scopes: denial.scopes },
        data: { scope: requestedScopes(denial.scopes, scopeNames).join(' ') }
      }
    case 'insufficient-authentication': {
      const { acrValues, maxAgeSeconds } = denial
      const more: Array<readonly [string, string]> = []
      if (acrValues !== undefined) more.push(['acr_values', acrValues.join(' ')])
      if (maxAgeSeconds !== undefined) more.push(['max_age', String(maxAgeSeconds)])
      return { status: 401, challenge: { error: 'insufficient_user_authentication', description, more }, data: Object.fromEntries(more) }
    }
    case 'insufficient-authorization': {
      // One challenge says it all: a client that gets this one is to use no other remedy.
      if (denial.transactionChallenge !== undefined) return transactionRefusal(description, denial.transactionChallenge)
      const value = remediation?.challengeValue
      return {
        status,
        challenge: {
          error: 'insufficient_authorization',
          description,
          scopes: denial.scopes,
          ...(value === undefined ? {} : { more: [['authorization_remediation', value]] as const })
        },
        data: {
          ...bodyOf(told),
          ...(denial.shortage === undefined ? {} : { total: { ...denial.shortage } })
        }
      }
    }
    case 'not-allowed': return { status: 403, challenge: undefined, data: {} }
    case 'other-transaction':
    case 'used-transaction':
    case 'refused-by-decision-point':
    case 'undecidable': return { status: 403, challenge: { error: 'insufficient_authorization', description }, data: {} }
  }
}

/** @see https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00#section-4.2 */
function transactionRefusal (description: string, challenge: string): Refusal {
  const more = [['transaction_challenge', challenge]] as const
  return { status: 401, challenge: { error: 'transaction_authorization_required', description, more }, data: {} }
}

/** No envelope: the remedy once more, decoded, for people who read bodies. Clients read the challenge. */
function bodyOf ({ remediation, envelope }: Pick<ToldDenial, 'remediation' | 'envelope'>): JsonObject {
  if (envelope !== undefined) return { authorization: envelope }
  return remediation === undefined ? {} : { authorization_remediation: remediation.members }
}
