// Rules about protected resource metadata (RFC 9728): where it is, what it contains, and that no request can change it.

import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import type { Observations } from '../observe.ts'
import { FOREIGN_HOST, type DocumentSeen } from '../observe-documents.ts'
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

type Readable = DocumentSeen & { readonly document: JsonObject }

export function checkMetadata (observations: Pick<Observations, 'target' | 'documents' | 'forPage' | 'spoofed' | 'origin'>): Verdict<Id>[] {
  const { target, documents } = observations
  const at = (place: DocumentSeen['place']) => documents.find(document => document.place === place)
  const readable = documents.filter((seen): seen is Readable => seen.document !== undefined)
  const places = [
    judge<Id>('metadata.at-path', readable.some(({ place }) => place === 'path'), showPlace(at('path'))),
    judgeRoot(target, at('root'))
  ]
  const [first] = readable
  if (first === undefined) {
    return [judge('metadata.found', false, documents.map(showPlace).join('; ')), ...places, ...skipAll(CONTENT, 'no document was found')]
  }

  const { document, outcome } = first
  const { resource, scopes_supported: scopes, bearer_methods_supported: methods } = document
  return [
    judge('metadata.found', true, show(first.url.href)),
    ...places,
    judge('metadata.content-type', /^\s*application\/json\s*(?:;|$)/i.test(headerOf(outcome, 'content-type') ?? ''), showOutcome(outcome)),
    judge('metadata.resource', isTarget(target, resource), `resource is ${shown(resource)}, the address ${show(target.url)}`),
    judge('metadata.authorization-servers', areIssuers(target, document.authorization_servers), shown(document.authorization_servers)),
    judge('metadata.bearer-methods', methods === undefined || isOnlyHeader(methods), shown(methods)),
    judge('metadata.scopes', areScopes(scopes), shown(scopes)),
    compareAll(document, readable),
    judgeSpoofed(observations, readable.find(({ place }) => place !== 'challenge')?.document),
    judgeCors(observations)
  ]
}

const CONTENT = (Object.keys(METADATA_RULES) as Id[]).slice(3)

/** A host may have several resources, each with its own document; one of them may be the root (RFC 9728 §3.1). */
function judgeRoot (target: Target, root: DocumentSeen | undefined): Verdict<Id> {
  const rule = 'metadata.at-root'
  if (root === undefined) return skip(rule, 'the endpoint is at the root')
  const resource = root.document?.resource
  return typeof resource === 'string' && !isCopy(target.url, resource)
    ? skip(rule, `the document there is about another resource, ${show(resource)}`)
    : judge(rule, root.document !== undefined, showPlace(root))
}

/** A document about another resource of the same host is no copy. */
function compareAll (first: JsonObject, readable: readonly Readable[]): Verdict<Id> {
  const copies = readable.map(({ document }) => document).filter(({ resource }) =>
    typeof resource !== 'string' || typeof first.resource !== 'string' || isCopy(first.resource, resource))
  const differing = COMPARED.filter(member => new Set(copies.map(document => JSON.stringify(document[member]))).size > 1)
  return judge('metadata.agrees', differing.length === 0, differing.length === 0
    ? `${copies.length} equal copies`
    : `differs in ${differing.join(', ')}`)
}

/** Whether two identifiers are meant to be one: a slash at the end, and upper case in scheme or host, are slips. */
function isCopy (one: string, other: string): boolean {
  const plain = (text: string) => (URL.canParse(text) ? new URL(text).href : text).replace(/\/$/, '')
  return plain(one) === plain(other)
}

/** A server with several hosts may answer a foreign name with another document; only one that repeats the name is made from it. */
function judgeSpoofed ({ spoofed }: Pick<Observations, 'spoofed'>, genuine: JsonObject | undefined): Verdict<Id> {
  const rule = 'metadata.host-independent'
  if (spoofed === undefined || genuine === undefined) return skip(rule, 'there is no document at a well-known address')
  const changed = Object.entries(spoofed).filter(([, outcome]) => {
    const document = statusOf(outcome) === 200 ? jsonOf(outcome) : undefined
    return isJsonObject(document) && COMPARED.some(member => JSON.stringify(document[member])?.includes(FOREIGN_HOST))
  })
  const names = changed.map(([header]) => header).join(' and ')
  return judge(rule, changed.length === 0, changed.length === 0 ? 'unchanged, or refused' : `${names}: ${FOREIGN_HOST} is in the document`)
}

function judgeCors ({ forPage, origin }: Pick<Observations, 'forPage' | 'origin'>): Verdict<Id> {
  const rule = 'metadata.cors'
  if (forPage === undefined) return skip(rule, 'no document was found')
  const allowed = headerOf(forPage, 'access-control-allow-origin')
  const seen = `for ${show(origin)}: ${showOutcome(forPage)}, Access-Control-Allow-Origin: ${show(allowed ?? 'not sent')}`
  return judge(rule, statusOf(forPage) === 200 && (allowed === '*' || allowed === origin), seen)
}

/** `https://host` and `https://host/` are one address, and a server may write either. */
function isTarget ({ url, endpoint }: Target, resource: unknown): boolean {
  return resource === url || (url === endpoint.origin && resource === endpoint.href)
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
