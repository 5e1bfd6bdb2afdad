// Lists what configuration changes about the tokens that one authorization server may send here, and what each member opens. The members
// that loosen something are warnings of the configuration; these are the others, so that none is set unseen.

import { STANDARD_CLAIM_NAMES, type ClaimNames } from '../auth/claims/claim-names.ts'
import { defaultTokenRules } from '../auth/claims/token-rules.ts'
import { show } from '../check/outcome.ts'
import type { ServerConfig } from '../config/authorization-servers.ts'
import { isClearTextOffLoopback } from '../config/address-syntax.ts'
import { good, type Diagnosis } from './diagnosis.ts'

const OPENED_BY_CLAIM: Readonly<Record<keyof ClaimNames, string>> = {
  scope: 'whatever that claim says, a client may do: it must hold what was granted to the client, not what its person may do',
  clientId: 'a client that can choose the text of that claim counts as another one in budgets, logs and the list of clients',
  subject: 'two people with one text there are one person here, with the same reservations'
}

/**
 * @param name prefix of the checks of this server
 * @returns one line for each member that differs from its default and is no warning
 */
export function diagnoseTokenRules (name: string, server: ServerConfig): Diagnosis[] {
  const { issuer, claims, clockToleranceSeconds, clients, requiredScopePrefix, allowInsecureIntrospection } = server
  const usual = defaultTokenRules(issuer, issuer)
  const lines: Diagnosis[] = []
  const say = (member: string, found: string) => { lines.push(good(`${name}.${member}`, found)) }
  for (const meaning of ['scope', 'clientId', 'subject'] as const) {
    const names = claims[meaning]
    if (names.join('\n') === STANDARD_CLAIM_NAMES[meaning].join('\n')) continue
    say(`claims.${meaning}`, `${listed(names, 'or else')}: ${OPENED_BY_CLAIM[meaning]}`)
  }
  if (clockToleranceSeconds !== usual.clockToleranceSeconds) {
    say('clockToleranceSeconds', clockToleranceSeconds > 0
      ? `a token works up to ${clockToleranceSeconds} s before its nbf, also one that is meant for later`
      : 'a token does not work before its nbf, to the second')
  }
  if (clients !== undefined) {
    const opens = 'it opens nothing, as long as claims.clientId is a claim that the server writes'
    say('clients', `only tokens of ${listed(clients, 'and')}: ${opens}`)
  }
  if (requiredScopePrefix !== undefined) {
    say('requiredScopePrefix', `a token needs a scope that begins with ${show(requiredScopePrefix)}: it opens nothing, as long as ` +
      'the server grants such scopes for this gateway alone')
  }
  if (allowInsecureIntrospection !== undefined && !isClearTextOffLoopback(allowInsecureIntrospection)) {
    say('allowInsecureIntrospection', 'not needed: the address is on https, or on this machine')
  }
  return lines
}

function listed (texts: readonly string[], word: string): string {
  return texts.map(show).join(` ${word} `)
}
