// The HTTP answer to a Denial: a status, one challenge that names everything missing at its level, and a JSON-RPC error with the
// same content. Never a 200 with `isError`: a client can ask for more authorization only after a challenge.

import type { Scheme } from '../../auth/possession/possession.ts'
import type { Denial, Shortage } from '../../policy/denial.ts'
import { requestedScopes, type ScopeNames } from '../../policy/requested-scopes.ts'
import { remediationOf, type InsufficientAuthorization } from '../../policy/remediation.ts'
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
  /** 403, or 401 for clients that follow the draft to the letter. */
  readonly insufficientAuthorizationStatus: 401 | 403
  /** The names under which clients request scopes. Default: those of the tools. */
  readonly scopeNames?: ScopeNames
  /** Keys the authorization references; absent when configuration turns remediation off. */
  readonly referenceKey: Uint8Array | undefined
}

interface Refusal {
  readonly status: 401 | 403
  readonly challenge: ChallengeParameters & { readonly description: string }
  readonly data: JsonObject
}

/** Whether the refusal offers a remediation, which then carries a context id. */
export function isRemediable (denial: Denial, { referenceKey }: DenialAnswerOptions): denial is InsufficientAuthorization {
  return denial.kind === 'insufficient-authorization' && referenceKey !== undefined
}

/** @param contextId correlates a refusal that is remediable with its retry in the log */
export function denialAnswer (
  denial: Denial, id: RequestId | undefined, options: DenialAnswerOptions, contextId: string | undefined, used?: Scheme
): HttpAnswer {
  const { status, challenge: parameters, data } = refusalOf(denial, options, contextId)
  const { addresses, schemes, scopeNames } = options
  return {
    status,
    headers: { ...NO_STORE, 'www-authenticate': writeChallenge({ addresses, parameters, schemes, scopeNames, used }) },
    body: errorBody({
      code: RPC.forbidden,
      message: parameters.description,
      data: { ...(parameters.error === undefined ? {} : { error: parameters.error }), resource_metadata: addresses.metadataUrl, ...data },
      id
    })
  }
}

/** The same for a route of the host: the body is an OAuth error, as that of a rejection is, since the client may know no JSON-RPC. */
export function routeDenialAnswer (denial: Denial, options: DenialAnswerOptions, used?: Scheme): HttpAnswer {
  const { status, challenge: parameters, data } = refusalOf(denial, options, undefined)
  const { addresses, schemes, scopeNames } = options
  return {
    status,
    headers: { ...NO_STORE, 'www-authenticate': writeChallenge({ addresses, parameters, schemes, scopeNames, used }) },
    body: JSON.stringify({ error: parameters.error, error_description: parameters.description, ...data })
  }
}

/** Clients read headers of 16 KiB in all. The details of a call with many values are then in the body alone. */
const MAX_CHALLENGE_VALUE = 8192

function refusalOf (
  denial: Denial, options: DenialAnswerOptions, contextId: string | undefined
): Refusal {
  const { referenceKey, insufficientAuthorizationStatus, scopeNames = {} } = options
  switch (denial.kind) {
    case 'insufficient-scope':
      return {
        status: 403,
        challenge: {
          error: 'insufficient_scope',
          description: 'This operation needs more scope; authorize again with the scope named here',
          scopes: denial.scopes
        },
        data: { scope: requestedScopes(denial.scopes, scopeNames).join(' ') }
      }
    case 'insufficient-authentication': {
      const { acrValues, maxAgeSeconds } = denial
      const more: Array<readonly [string, string]> = []
      if (acrValues !== undefined) more.push(['acr_values', acrValues.join(' ')])
      if (maxAgeSeconds !== undefined) more.push(['max_age', String(maxAgeSeconds)])
      return {
        status: 401,
        challenge: {
          error: 'insufficient_user_authentication',
          description: 'This operation needs a stronger or more recent authentication',
          more
        },
        data: Object.fromEntries(more)
      }
    }
    case 'insufficient-authorization': {
      const remediation = referenceKey === undefined || contextId === undefined
        ? undefined
        : remediationOf(denial, referenceKey, contextId)
      return {
        status: insufficientAuthorizationStatus,
        challenge: {
          error: 'insufficient_authorization',
          description: describe(denial),
          scopes: denial.scopes,
          ...(remediation === undefined || remediation.challengeValue.length > MAX_CHALLENGE_VALUE
            ? {}
            : { more: [['authorization_remediation', remediation.challengeValue]] as const })
        },
        data: {
          ...(remediation === undefined ? {} : { authorization: remediation.envelope }),
          ...(denial.shortage === undefined ? {} : { total: { ...denial.shortage } })
        }
      }
    }
    case 'refused-by-decision-point':
      return {
        status: 403,
        challenge: { error: 'insufficient_authorization', description: 'A policy of the operator does not allow this call' },
        data: {}
      }
    case 'undecidable':
      return {
        status: 403,
        challenge: { error: 'insufficient_authorization', description: 'The gateway could not decide about this call and refuses it' },
        data: {}
      }
  }
}

function describe ({ problem, shortage }: InsufficientAuthorization): string {
  if (shortage !== undefined) return describeShortage(shortage)
  switch (problem) {
    case 'absent': return 'This operation needs authorization details; authorize again with authorization_details'
    case 'none-granted': return 'The authorization details of the access token are empty; authorize again with authorization_details'
    case 'other-type': return 'The authorization details are of another type than this operation needs'
    case 'unreadable': return 'The authorization details of the access token cannot be read and allow nothing'
    case 'second-opinion': return 'A policy of the operator asks for other authorization details for this call'
    case 'insufficient': return 'The authorization details of the access token do not allow this call; authorize again with larger ones'
  }
}

/** ASCII, as all of a challenge: amounts are minor units, and a currency is a code. */
function describeShortage ({ needed, remaining, currency = '', until }: Shortage): string {
  const unit = /^[A-Z]{3}$/.test(currency) ? ` ${currency}` : ''
  const end = until === undefined ? '' : ` until ${until}`
  return `A total of the authorization details is used up: this call needs ${needed}${unit}, and ${remaining}${unit} is left${end}; ` +
    'authorize again for this call alone'
}
