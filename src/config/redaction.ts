// The configuration for the log: complete, with a placeholder for every secret. An address is shown without its query, which may
// hold a key.

import type { GatewayConfig } from './schema.ts'
import { describeStorageUrl } from './storage-url.ts'

const REDACTED = '[redacted]'

/** The members that hold a secret, at any depth. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'clientSecret', 'bearerToken', 'sharedSecret', 'accessToken', 'nonceSecret', 'proofMemoryUrl', 'memoryUrl', 'referenceSecret',
  'rateLimitRedisUrl', 'secret'
])

type Description = Omit<GatewayConfig, '$schema'>

/** The configuration for a line at start: complete, with a placeholder for every secret. */
export function describeConfig (config: GatewayConfig): Description {
  const { $schema: _, storage, ...members } = config
  return { ...describeMembers(members), storage: { ...storage, url: describeStorageUrl(storage.url, REDACTED) } }
}

function describeMembers<Group extends object> (group: Group): Group {
  const members = Object.entries(group).map(([name, value]: [string, unknown]) => {
    return [name, SECRET_MEMBERS.has(name) ? REDACTED : describeValue(value)]
  })
  return Object.fromEntries(members) as Group
}

function describeValue (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(describeValue)
  if (typeof value === 'object' && value !== null) return describeMembers(value)
  return typeof value === 'string' ? withoutQuery(value) : value
}

/** Of an address alone; any other text is returned as it is. */
function withoutQuery (text: string): string {
  return /^https?:\/\/[^?#]*\?./i.test(text) ? text.replace(/\?.*$/s, `?${REDACTED}`) : text
}
