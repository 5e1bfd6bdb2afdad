// What a denial says in words, in challenges, error messages and results. ASCII, because a header allows nothing else (RFC 6750 section 3).

import type { Denial, Shortage } from './denial.ts'

type InsufficientAuthorization = Extract<Denial, { kind: 'insufficient-authorization' }>

/** One sentence, in English; only a tool's own words may have other characters. */
export function denialText (denial: Denial): string {
  switch (denial.kind) {
    case 'insufficient-scope': return 'This operation needs more scope; authorize again with the scope named here'
    case 'insufficient-authentication': return 'This operation needs a stronger or more recent authentication'
    case 'insufficient-authorization': return describe(denial)
    case 'other-transaction':
    case 'used-transaction': return describeTransaction(denial.kind)
    case 'refused-by-decision-point': return 'A policy of the operator does not allow this call'
    case 'not-allowed': return denial.text
    case 'undecidable': return 'The gateway could not decide about this call and refuses it'
  }
}

function describe ({ problem, shortage }: InsufficientAuthorization): string {
  if (shortage !== undefined) return describeShortage(shortage)
  switch (problem) {
    case 'absent': return 'This operation needs authorization details; authorize again with authorization_details'
    case 'none-granted': return 'The authorization details of the access token are empty; authorize again with authorization_details'
    case 'other-type': return 'The authorization details are of another type than this operation needs'
    case 'unreadable': return 'The authorization details of the access token cannot be read and allow nothing'
    case 'other-transaction':
    case 'used-transaction': return describeTransaction(problem)
    case 'second-opinion': return 'A policy of the operator asks for other authorization details for this call'
    case 'insufficient': return 'The authorization details of the access token do not allow this call; authorize again with details that do'
  }
}

function describeTransaction (kind: 'other-transaction' | 'used-transaction'): string {
  return kind === 'used-transaction'
    ? 'The access token is for one call, and was used for it'
    : 'The access token is for another call than this one'
}

/** Amounts are minor units, and a currency is a code. */
function describeShortage ({ needed, remaining, currency = '', until }: Shortage): string {
  const unit = /^[A-Z]{3}$/.test(currency) ? ` ${currency}` : ''
  const end = until === undefined ? '' : ` until ${until}`
  return `A total of the authorization details is used up: this call needs ${needed}${unit}, and ${remaining}${unit} is left${end}; ` +
    'authorize again for this call alone'
}
