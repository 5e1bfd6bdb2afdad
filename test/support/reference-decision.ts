// Would a careful person allow this call? The decision written once more, from the specifications and docs/threat-model.md, simply and
// slowly, without a line of the gateway's. It says what must be true at least: whatever it refuses the gateway must refuse.

export interface ReferenceCall {
  readonly tool: 'read' | 'book'
  readonly ticketId: number
  readonly amount: number
}

export interface ReferenceSettings {
  readonly issuer: string
  readonly resource: string
  readonly whenAbsent: 'allow' | 'deny'
  /** Milliseconds since the epoch. */
  readonly now: number
}

const SCOPES = { read: 'mcp:tickets:read', book: 'mcp:tickets:write' } as const
const MEMBERS = ['type', 'actions', 'maxAmount', 'currency', 'maxTotalAmount', 'budgetId', 'ticketIds', 'locations', 'validUntil',
  'otherFields', 'dataTypes', 'datatypes', 'privileges', 'identifier']

/** RFC 9396 section 2.2 */
const COMMON = ['actions', 'locations', 'datatypes', 'privileges', 'identifier']

type Members = Record<string, unknown>

/** @param answer what introspection answered, parsed */
export function mayAllow (answer: unknown, call: ReferenceCall, settings: ReferenceSettings): boolean {
  if (!isMembers(answer) || answer['active'] !== true) return false
  // RFC 7662 section 2.2: every other member is optional, and null says as little as its absence; but not where limits belong.
  const reply = Object.fromEntries(Object.entries(answer).filter(([name, value]) => value !== null || name === 'authorization_details'))
  const kinds = ['token_type', 'token_use', 'token_usage', 'typ'].map(name => reply[name]).filter(kind => kind !== undefined)
  if (!kinds.every(kind => typeof kind === 'string' && /^(?:bearer|dpop|jwt|at\+jwt|access|access_token|n_a)$/i.test(kind))) return false
  if (!isTime(reply['exp']) || !isTime(reply['nbf'])) return false
  if (typeof reply['exp'] !== 'number' || settings.now >= reply['exp'] * 1000) return false
  if (typeof reply['nbf'] === 'number' && settings.now + 5000 < reply['nbf'] * 1000) return false
  if ('iss' in reply && reply['iss'] !== settings.issuer) return false
  if (!valuesOf(reply['aud']).includes(settings.resource)) return false
  if ('cnf' in reply) return false
  const { sub, scope } = reply
  // eslint-disable-next-line no-control-regex
  if (typeof sub !== 'string' || sub === '' || /[\x00-\x1f\x7f]/.test(sub)) return false
  const scopes: unknown = typeof scope === 'string' ? scope.split(' ') : scope
  if (!Array.isArray(scopes) || !scopes.includes(SCOPES[call.tool])) return false
  return call.tool === 'read' || detailsMayAllow(reply, call, settings)
}

function detailsMayAllow (reply: Members, call: ReferenceCall, settings: ReferenceSettings): boolean {
  if (!('authorization_details' in reply)) return settings.whenAbsent === 'allow'
  const details = reply['authorization_details']
  return Array.isArray(details) && details.some(element => elementMayAllow(element, call, settings))
}

function elementMayAllow (element: unknown, { ticketId, amount }: ReferenceCall, { resource, now }: ReferenceSettings): boolean {
  if (!isMembers(element) || element['type'] !== 'ticket-reservation') return false
  const inner = innerOf(element['otherFields'])
  if (inner === undefined) return false
  if ([...Object.keys(element), ...Object.keys(inner)].some(name => !MEMBERS.includes(name))) return false
  // A member that is there twice has to be good in both places. One of RFC 9396 that is null or empty, as Authlete writes it, is not there.
  const both = (name: string): unknown[] =>
    [element[name], inner[name]].filter(value => value !== undefined && value !== null && !(COMMON.includes(name) && isEmpty(value)))
  const maxima = both('maxAmount')
  return both('actions').some(value => Array.isArray(value)) &&
    both('actions').every(value => Array.isArray(value) && value.includes('book')) &&
    maxima.length > 0 && maxima.every(value => Number.isSafeInteger(value) && Number(value) >= amount) &&
    both('currency').every(value => value === 'JPY') &&
    both('ticketIds').every(value => Array.isArray(value) && value.includes(ticketId)) &&
    both('locations').every(value => Array.isArray(value) && value.includes(resource)) &&
    both('validUntil').every(value => typeof value === 'string' && Date.parse(value) > now)
}

/** A JSON text or an object; nothing at all is an empty one. */
function innerOf (value: unknown): Members | undefined {
  if (value === undefined || value === null || value === '') return {}
  if (isMembers(value)) return value
  if (typeof value !== 'string') return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return isMembers(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isEmpty (value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0)
}

function isMembers (value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Absent, or a time that a token can have. */
function isTime (value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0)
}

function valuesOf (value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}
