// What of a configuration is not the default? For a person at the start; the whole of it is in the JSON line of the log.

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { describeConfig } from './redaction.ts'
import { gatewayConfigSchema } from './schema.ts'

/** What has to be given. Two addresses and the client differ from these always. */
const LEAST = {
  resource: { identifier: 'https://resource.invalid/mcp' },
  authorizationServer: {
    issuer: 'https://issuer.invalid', introspection: { clientId: 'a client of the least', clientSecret: 'a secret of the least' }
  }
}

let defaults: JsonObject | undefined

/**
 * @param described what `describeConfig` makes
 * @returns each differing member by its path
 * @example changedMembers(described) // { 'port': 8080, 'resource.identifier': 'https://api.example/mcp' }
 */
export function changedMembers (described: JsonObject): JsonObject {
  defaults ??= JSON.parse(JSON.stringify(describeConfig(gatewayConfigSchema.parse(LEAST)))) as JsonObject
  return Object.fromEntries(differences(described, defaults, ''))
}

function differences (value: JsonValue, byDefault: JsonValue | undefined, path: string): ReadonlyArray<readonly [string, JsonValue]> {
  if (!isJsonObject(value)) return JSON.stringify(value) === JSON.stringify(byDefault) ? [] : [[path, value]]
  return Object.entries(value).flatMap(([name, member]) => {
    return differences(member, isJsonObject(byDefault) ? byDefault[name] : undefined, path === '' ? name : `${path}.${name}`)
  })
}
