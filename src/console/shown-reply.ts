// What an authorization server said about a token, by an allow-list: named claims, and of the authorization details the members that the
// called tool compares. The rest is counted, its names included in what is hidden.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import type { DecisionRecord } from '../mcp/decision-record.ts'
import type { ShownReply, ShownValue } from './shown-request.ts'
import { shownText, shownValue } from './shown-value.ts'

const MAX_SCOPES = 30

export function shownReply (
  { grant, requirement }: Readonly<DecisionRecord>, resource: string, now: EpochMilliseconds
): ShownReply | undefined {
  if (grant === undefined) return undefined
  const { person, clientId, scopes, expiresAt, authenticationContext, authorizationDetails } = grant
  const details = requirement?.details
  const declared = details?.smallest({ now, resource })
  const elements: readonly unknown[] = Array.isArray(authorizationDetails) ? authorizationDetails : []
  const shown = elements.flatMap(element => isJsonObject(element) && element['type'] === declared?.['type']
    ? [shownElement(element, declared ?? {})]
    : [])
  const members = elements.reduce((count: number, element) => count + (isJsonObject(element) ? Object.keys(element).length : 1), 0)
  return {
    issuer: person.issuer,
    subject: shownText(person.subject),
    ...(clientId === undefined ? {} : { clientId: shownText(clientId) }),
    scopes: [...scopes].slice(0, MAX_SCOPES).map(shownText),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(authenticationContext === undefined ? {} : { authenticationContext: shownText(authenticationContext) }),
    details: shown,
    hidden: members - shown.reduce((count, element) => count + Object.keys(element).length, 0)
  }
}

function shownElement (element: JsonObject, declared: JsonObject): Readonly<Record<string, ShownValue>> {
  return Object.fromEntries(Object.keys(declared).flatMap(name => {
    const value = name in element ? shownValue(element[name]) : undefined
    return value === undefined ? [] : [[name, value] as const]
  }))
}
