// One ended request as the exercises see it: what the console of a gateway sent (src/console/shown-request.ts), cut down to what ticks
// an exercise or explains a failure. It holds no token, because the console sends none.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import type { ShownRequest, ShownValue } from '../console/shown-request.ts'

export interface SeenCall {
  /** The number on the page of the console. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of the gateway of the class; otherwise of one that an attendee has written. */
  readonly home: boolean
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly resource: string | undefined
  readonly tool: string | undefined
  readonly tokenHash: string | undefined
  readonly granted: boolean
  /** Reason and remark of the log: docs/errors.md. */
  readonly reason: string
  readonly remark: string
  readonly status: number
  /** The answer about the token was kept from an earlier request. */
  readonly kept: boolean
  readonly scopes: readonly string[]
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined
  /** Elements of the token, their declared members. */
  readonly details: ReadonlyArray<Readonly<Record<string, ShownValue>>>
  /** What the call needed, by member of the authorization details. */
  readonly needed: Readonly<Record<string, ShownValue>>
  /** The scope that a refusal asks for. */
  readonly wantedScopes: readonly string[]
  /** The elements that a refusal asks for. */
  readonly remedy: readonly JsonObject[]
}

/** @returns `undefined` for a request that is not decided yet */
export function seenCall (number: number, request: ShownRequest, home: boolean): SeenCall | undefined {
  const { state, at, granted, reason, person, told } = request
  if (state === 'running' || granted === undefined || reason === undefined) return undefined
  const challenge = request.challenge ?? ''
  return {
    number,
    at: Date.parse(at),
    home,
    issuer: person?.issuer,
    subject: person?.subject,
    resource: request.resource,
    tool: request.tool,
    tokenHash: request.tokenHash,
    granted,
    reason,
    remark: request.remark ?? '',
    status: request.status ?? 0,
    kept: request.reply?.source === 'kept',
    scopes: told?.scopes ?? [],
    expiresAt: told?.expiresAt === undefined ? undefined : told.expiresAt * 1000,
    details: told?.details ?? [],
    needed: neededOf(request),
    wantedScopes: (/ scope="([^"]*)"/.exec(` ${challenge}`)?.[1] ?? '').split(' ').filter(scope => scope !== ''),
    remedy: remedyIn(/authorization_remediation="([\w-]+)"/.exec(challenge)?.[1])
  }
}

function neededOf ({ checks }: ShownRequest): Readonly<Record<string, ShownValue>> {
  const compared = checks.find(({ check }) => check === 'authorization-details')?.compared ?? []
  return Object.fromEntries(compared.map(({ member, needed }) => [member, needed]))
}

function remedyIn (encoded: string | undefined): readonly JsonObject[] {
  if (encoded === undefined) return []
  try {
    const remediation: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
    const elements: unknown = isJsonObject(remediation) ? remediation['authorization_details'] ?? remediation : remediation
    return Array.isArray(elements) ? elements.filter(isJsonObject) : []
  } catch {
    return []
  }
}
