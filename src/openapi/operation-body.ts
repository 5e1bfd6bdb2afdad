// The request body of an operation: JSON alone. A body that is a plain object with named members gives an argument for each of them, every
// other one is the argument `body` (https://spec.openapis.org/oas/v3.1.1.html#request-body-object).

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { argumentName } from './operation-name.ts'
import { LeftOut } from './left-out.ts'
import { referred, type OpenapiDocument } from './openapi-document.ts'
import type { SchemaConversion } from './schema-conversion.ts'

export interface OperationBody {
  readonly contentType: string
  readonly required: boolean
  readonly schema: JsonObject
  /** The members that may be arguments of their own; absent: the body is one argument. */
  readonly members: Readonly<Record<string, JsonValue>> | undefined
}

const BODY_METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const MEDIA_TYPE = /^application\/(?:json|[\w.-]+\+json)(?:\s*;\s*charset=utf-8)?$/i

/** @throws LeftOut */
export function readBody (
  operation: JsonObject, method: string, document: OpenapiDocument, conversion: SchemaConversion
): OperationBody | undefined {
  if (operation['requestBody'] === undefined) return undefined
  const { content, required } = referred(operation['requestBody'], document)
  if (!isJsonObject(content) || Object.keys(content).length === 0) return undefined
  if (!BODY_METHODS.has(method)) throw new LeftOut(`a body with ${method}`)
  const types = Object.keys(content)
  const type = types.find(name => /^application\/json\s*(?:;|$)/i.test(name) && MEDIA_TYPE.test(name)) ??
    types.find(name => MEDIA_TYPE.test(name)) ??
    types.find(name => name === '*/*')
  if (type === undefined) throw new LeftOut(`a body of ${types[0]?.slice(0, 60) ?? 'no type'}; only JSON is sent`)
  const media = content[type]
  const schema = conversion.convert(isJsonObject(media) ? media['schema'] : undefined)
  return { contentType: type === '*/*' ? 'application/json' : type, required: required === true, schema, members: membersOf(schema) }
}

const COMPOSED = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'patternProperties', 'propertyNames', 'dependentSchemas']

function membersOf (schema: JsonObject): OperationBody['members'] {
  const { type, properties, additionalProperties } = schema
  if ((type !== 'object' && type !== undefined) || !isJsonObject(properties) || Object.keys(properties).length === 0) return undefined
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined
  if (COMPOSED.some(keyword => Object.hasOwn(schema, keyword))) return undefined
  return Object.keys(properties).every(name => argumentName(name) === name) ? properties : undefined
}
