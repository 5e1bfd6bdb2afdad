// Rules about protected resource metadata (RFC 9728): where it is, what it contains, and that no request can change it.

import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { FOREIGN_HOST, FOREIGN_ORIGIN, type DocumentSeen, type Observations } from '../observe.ts'
import { headerOf, jsonOf, show, showOutcome, statusOf } from '../outcome.ts'
import { mayFollow, type Target } from '../target.ts'
import { judge, MCP, rfc, skip, skipAll, type Rule, type Verdict } from '../verdict.ts'

export const METADATA_RULES = {
  'metadata.found': {
    level: 'error',
    title: 'Protected resource metadata is published',
    source: `${MCP}/authorization/authorization-server-discovery`,
    remedy: 'Answer GET on /.well-known/oauth-protected-resource followed by the path of the endpoint with the JSON document of RFC 9728.'
  },
  'metadata.at-path': {
    level: 'warning',
    title: 'The document is at the address of RFC 9728: well-known string, then the path',
    source: rfc(9728, '3.1'),
    remedy: 'Serve it at the path-inserted address too: clients without a challenge request it there.'
  },
  'metadata.at-root': {
    level: 'hint',
    title: 'The document is at the root as well',
    source: `${MCP}/authorization/authorization-server-discovery`,
    remedy: 'If the host has only this resource, serve the same document at the root; clients try it last.'
  },
  'metadata.content-type': {
    level: 'error',
    title: 'The document is application/json',
    source: rfc(9728, '3.2'),
    remedy: 'Send Content-Type: application/json.'
  },
  'metadata.resource': {
    level: 'error',
    title: 'resource equals the address of the endpoint',
    source: rfc(9728, '3.3'),
    remedy: 'State exactly the address clients use: scheme, host, port, path and trailing slash. Clients must not use a document about ' +
      'another resource, and tokens would carry the wrong audience.'
  },
  'metadata.authorization-servers': {
    level: 'error',
    title: 'authorization_servers names at least one issuer',
    source: `${MCP}/authorization/authorization-server-discovery`,
    remedy: 'List the issuer identifiers of the authorization servers: absolute https URLs without query and fragment.'
  },
  'metadata.bearer-methods': {
    level: 'error',
    title: 'bearer_methods_supported, if present, is the header only',
    source: `${MCP}/authorization#token-requirements`,
    remedy: 'State ["header"]: MCP defines no other way, and a token in a URL is stored in logs.'
  },
  'metadata.scopes': {
    level: 'hint',
    title: 'scopes_supported lists scopes, without offline_access',
    source: rfc(9728, '2'),
    remedy: 'List the scopes for basic use: a client without a challenged scope asks for all of them. Leave offline_access out.'
  },
  'metadata.agrees': {
    level: 'warning',
    title: 'All copies of the document are equal',
    source: rfc(9728, '3.3'),
    remedy: 'Serve one document at all addresses: a client may read any copy.'
  },
  'metadata.host-independent': {
    level: 'error',
    title: 'A foreign Host or X-Forwarded-Host does not get into the document',
    source: rfc(9728, '7.3'),
    remedy: 'Configure the resource identifier; never derive it from the request. Otherwise a client that uses another host name decides ' +
      'for which resource tokens are issued.'
  },
  'metadata.cors': {
    level: 'warning',
    title: 'Pages may read the document',
    source: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
    remedy: 'Send Access-Control-Allow-Origin: * with it. It is public, and clients in a browser need it.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof METADATA_RULES
const COMPARED = ['resource', 'authorization_servers', 'scopes_supported', 'bearer_methods_supported']

export function checkMetadata (observations: Pick<Observations, 'target' | 'documents' | 'spoofed'>): Verdict<Id>[] {
  const { target, documents } = observations
  const at = (place: DocumentSeen['place']) => documents.find(document => document.place === place)
  const readable = documents.flatMap(seen => {
    const document = statusOf(seen.outcome) === 200 ? jsonOf(seen.outcome) : undefined
    return isJsonObject(document) ? [{ ...seen, document }] : []
  })
  const looked = documents.map(({ url, outcome }) => `${show(url.href)}: ${showOutcome(outcome)}`).join('; ')
  const rootIsPath = at('root') === undefined
  const places = [
    judge<Id>('metadata.at-path', readable.some(({ place }) => place === 'path'), showPlace(at('path'))),
    rootIsPath ? skip<Id>('metadata.at-root', 'the endpoint is at the root') : judge<Id>('metadata.at-root', readable.some(({ place }) => place === 'root'), showPlace(at('root')))
  ]
  // In the order in which clients try them: they use the first.
  const [first] = readable
  if (first === undefined) return [judge('metadata.found', false, looked), ...places, ...skipAll<Id>(CONTENT, 'no document was found')]

  const { document, outcome } = first
  const cors = headerOf(outcome, 'access-control-allow-origin')
  return [
    judge('metadata.found', true, show(first.url.href)),
    ...places,
    judge('metadata.content-type', /^\s*application\/json\s*(?:;|$)/i.test(headerOf(outcome, 'content-type') ?? ''), showOutcome(outcome)),
    judge('metadata.resource', document.resource === target.url || (target.url === target.endpoint.origin && document.resource === target.endpoint.href), `resource is ${shown(document.resource)}, the address ${show(target.url)}`),
    judge('metadata.authorization-servers', areIssuers(target, document.authorization_servers), shown(document.authorization_servers)),
    judge('metadata.bearer-methods', document.bearer_methods_supported === undefined || isOnlyHeader(document.bearer_methods_supported), shown(document.bearer_methods_supported)),
    judge('metadata.scopes', areScopes(document.scopes_supported), shown(document.scopes_supported)),
    ...compareAll(readable.map(({ document }) => document)),
    judgeSpoofed(observations, readable.filter(({ place }) => place !== 'challenge').map(({ document }) => document)[0]),
    judge('metadata.cors', cors === '*' || cors === FOREIGN_ORIGIN, cors === undefined ? 'no Access-Control-Allow-Origin' : `Access-Control-Allow-Origin: ${show(cors)}`)
  ]
}

const CONTENT = (Object.keys(METADATA_RULES) as Id[]).slice(3)

function compareAll (documents: readonly JsonObject[]): Verdict<Id>[] {
  const differing = COMPARED.filter(member => new Set(documents.map(document => JSON.stringify(document[member]))).size > 1)
  return [judge('metadata.agrees', differing.length === 0, differing.length === 0 ? `${documents.length} equal copies` : `differs in ${differing.join(', ')}`)]
}

function judgeSpoofed ({ spoofed }: Pick<Observations, 'spoofed'>, genuine: JsonObject | undefined): Verdict<Id> {
  const rule = 'metadata.host-independent'
  if (spoofed === undefined || genuine === undefined) return skip(rule, 'there is no document at a well-known address')
  const changed = Object.entries(spoofed).filter(([, outcome]) => {
    const document = jsonOf(outcome)
    return statusOf(outcome) === 200 && isJsonObject(document) && COMPARED.some(member => JSON.stringify(document[member]) !== JSON.stringify(genuine[member]))
  })
  return judge(rule, changed.length === 0, changed.length === 0 ? 'unchanged, or refused' : `${changed.map(([header]) => header).join(' and ')}: ${FOREIGN_HOST} changes it`)
}

function areIssuers (target: Target, value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false
  const names: readonly unknown[] = value
  return names.every(name => typeof name === 'string' && URL.canParse(name) && !/[?#]/.test(name) && mayFollow(target, new URL(name)))
}

function isOnlyHeader (value: unknown): boolean {
  return Array.isArray(value) && value.length === 1 && value[0] === 'header'
}

function areScopes (value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const scopes: readonly unknown[] = value
  return scopes.every(scope => typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope) && scope !== 'offline_access')
}

function showPlace (seen: DocumentSeen | undefined): string {
  return seen === undefined ? 'not looked for' : `${show(seen.url.href)}: ${showOutcome(seen.outcome)}`
}

function shown (value: unknown): string {
  return value === undefined ? 'not stated' : show(JSON.stringify(value))
}
