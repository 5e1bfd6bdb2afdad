// Asks a gateway what it protects: its protected resource metadata (RFC 9728), the JSON Schema of its authorization details types, and the
// titles of its tools. All of it is text of another program: checked, shortened and without invisible characters.

import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { isScopeToken } from '../../kernel/scope-syntax.ts'
import { visibleName } from '../../kernel/foreign-text.ts'
import { readDocument } from './read-document.ts'
import type { DetailsTypeFacts, ResourceFacts } from './resource-facts.ts'

const MAX_SCOPES = 100
const MAX_TYPES = 32
const MAX_MEMBERS = 64
const MAX_EXAMPLES = 8
const MAX_TOOLS = 500

const metadataSchema = z.object({
  resource: z.string(),
  resource_name: z.string().optional(),
  scopes_supported: z.array(z.string().max(200).refine(isScopeToken)).max(MAX_SCOPES).default([]),
  authorization_details_types_supported: z.array(z.string().min(1).max(200)).max(MAX_TYPES).default([]),
  authorization_details_types_metadata_endpoint: z.string().optional()
})

const jsonObject = z.custom<JsonObject>(isJsonObject)
/** Schemas of other shapes than one object with members are not understood. */
const elementSchema = z.custom<JsonObject>(value => {
  return isJsonObject(value) && isJsonObject(value['properties']) && Object.keys(value['properties']).length <= MAX_MEMBERS
})
const typeSchema = z.object({
  version: z.string().max(100).optional(),
  description: z.string().optional(),
  'description#ja': z.string().optional(),
  schema: elementSchema,
  'schema#ja': elementSchema.optional(),
  examples: z.array(jsonObject).max(MAX_EXAMPLES).optional()
})
const toolsSchema = z.object({
  tools: z.array(z.object({ title: z.string(), scopes: z.array(z.string()), detailsType: z.string().optional() })).max(MAX_TOOLS)
})

/**
 * An error is one sentence for a person.
 * @param resource the resource identifier of the gateway, an absolute http or https URL
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-3
 */
export async function askGateway (resource: string): Promise<Result<ResourceFacts, string>> {
  const address = metadataAddress(resource)
  const document = await readDocument(address)
  if (!document.ok) return err(`${address}: ${document.error}`)
  const metadata = metadataSchema.safeParse(document.value)
  if (!metadata.success) return err(`${address}: it is not the metadata of a protected resource: ${memberOf(metadata.error)}`)
  const {
    resource: named, resource_name: name, scopes_supported: scopes, authorization_details_types_supported: types,
    authorization_details_types_metadata_endpoint: typesAddress
  } = metadata.data
  // Section 3.3: metadata of another resource must not be used.
  if (named !== resource) return err(`${address}: it is the metadata of another resource`)
  const described = await typesAt(typesAddress, types, resource)
  if (!described.ok) return described
  return ok({
    resource,
    name: visibleName(name ?? '') || undefined,
    scopes: [...new Set(scopes)],
    ...await toolFacts(resource, scopes),
    types: described.value
  })
}

function metadataAddress (resource: string): string {
  const { origin, pathname, search } = new URL(resource)
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}${search}`
}

async function typesAt (
  address: string | undefined, supported: readonly string[], resource: string
): Promise<Result<readonly DetailsTypeFacts[], string>> {
  if (supported.length === 0) return ok([])
  if (address === undefined) return err(`${resource}: it publishes no JSON Schema of its authorization details types`)
  if (!URL.canParse(address) || new URL(address).origin !== new URL(resource).origin) {
    return err(`${resource}: its authorization details types are at another origin`)
  }
  const document = await readDocument(address)
  if (!document.ok) return err(`${address}: ${document.error}`)
  const types: DetailsTypeFacts[] = []
  for (const type of new Set(supported)) {
    const entry = isJsonObject(document.value) && Object.hasOwn(document.value, type) ? document.value[type] : undefined
    const parsed = typeSchema.safeParse(entry)
    if (!parsed.success) return err(`${address}: the type ${visibleName(type)} is not described: ${memberOf(parsed.error)}`)
    const { schema, 'schema#ja': japanese = schema, examples = [] } = parsed.data
    types.push({ type, published: JSON.parse(JSON.stringify(parsed.data)) as JsonObject, schema: { en: schema, ja: japanese }, examples })
  }
  return ok(types)
}

/** Only for the page: a gateway that does not show its tools without a token has scopes without words. */
async function toolFacts (resource: string, scopes: readonly string[]): Promise<Pick<ResourceFacts, 'toolsOf' | 'limitedTools'>> {
  const document = await readDocument(`${resource.replace(/\/$/, '')}/tools`)
  const parsed = toolsSchema.safeParse(document.ok ? document.value : undefined)
  const tools = parsed.success ? parsed.data.tools : []
  return {
    toolsOf: Object.fromEntries(scopes.map(scope => {
      return [scope, tools.filter(tool => tool.scopes.includes(scope)).map(({ title }) => visibleName(title)).filter(title => title !== '')]
    })),
    limitedTools: parsed.success ? tools.filter(({ detailsType }) => detailsType !== undefined).map(tool => tool.scopes) : undefined
  }
}

function memberOf ({ issues: [issue] }: z.ZodError): string {
  const path = (issue?.path ?? []).map(String).join('.')
  return path === '' ? 'not an object' : visibleName(path)
}
