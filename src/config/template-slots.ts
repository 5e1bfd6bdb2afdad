// Finds what a template leaves to be filled in, such as `https://<host of Keycloak>/realms/<realm>` in config/profiles. A gateway that
// started with one would refuse every token, or accept those of another server.

import { isJsonObject } from '../kernel/json.ts'
import type { Finding } from './finding.ts'

const SLOT = /<[a-z][a-z0-9 ()-]{0,79}>/i
const GROUPS = ['resource', 'authorizationServer', 'furtherAuthorizationServers', 'policy']
/** Secrets, which isPlaceholderSecret judges, and names for people may hold any text. */
const FREE_TEXTS = new Set(['name', 'clientSecret', 'bearerToken', 'accessToken', 'sharedSecret'])
const MESSAGE = 'expected a value in place of the placeholder between < and >'

/** One finding for each text or name of a member that holds a slot. The values are not shown. */
export function templateSlots (members: unknown): Finding[] {
  if (!isJsonObject(members)) return []
  return GROUPS.flatMap(name => slotsIn(members[name], name))
}

function slotsIn (value: unknown, path: string): Finding[] {
  if (typeof value === 'string') return SLOT.test(value) ? [{ path, message: MESSAGE }] : []
  if (Array.isArray(value)) return value.flatMap((item, index) => slotsIn(item, `${path}.${index}`))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    if (FREE_TEXTS.has(name)) return []
    return SLOT.test(name) ? [{ path, message: MESSAGE }] : slotsIn(member, `${path}.${name}`)
  })
}
