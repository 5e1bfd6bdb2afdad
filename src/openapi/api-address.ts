// The address of the API that a document describes, where it states one: the first server with its variables at their defaults
// (https://spec.openapis.org/oas/v3.1.1.html#server-object).

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { parseDocument } from './openapi-document.ts'

/**
 * @param documentUrl for an address that is relative to that of the document
 * @returns an absolute URL without a slash at its end; `undefined` where the document does not state one
 */
export async function apiAddress (text: string, documentUrl: string | undefined): Promise<string | undefined> {
  const document = await parseDocument(text)
  const servers = document.ok ? document.value.root['servers'] : undefined
  const [first] = Array.isArray(servers) ? servers as readonly JsonValue[] : []
  const written = isJsonObject(first) ? first['url'] : undefined
  if (!isJsonObject(first) || typeof written !== 'string') return undefined
  const url = withDefaults(written, isJsonObject(first['variables']) ? first['variables'] : {})
  if (url.includes('{') || !URL.canParse(url, documentUrl)) return undefined
  const { protocol, href, search, hash } = new URL(url, documentUrl)
  return /^https?:$/.test(protocol) && search === '' && hash === '' ? href.replace(/\/+$/, '') : undefined
}

function withDefaults (url: string, variables: JsonObject): string {
  return url.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = isJsonObject(variable) ? variable['default'] : undefined
    return typeof value === 'string' ? value : whole
  })
}
