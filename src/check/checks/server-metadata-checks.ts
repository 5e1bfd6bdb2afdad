// Rules about the metadata of the authorization servers that the resource names, as far as MCP clients need it. No client is
// registered and no login is made.

import type { JsonObject } from '../../kernel/json.ts'
import type { Observations } from '../observe.ts'
import { issuersOf, type DocumentSeen, type ServerSeen } from '../observe-documents.ts'
import { headerOf, show, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { mayFollow, type Target } from '../target.ts'
import { judge, MCP, rfc, skipAll, type Rule, type Verdict } from '../verdict.ts'

const DISCOVERY = `${MCP}/authorization/authorization-server-discovery`
const SECURITY = `${MCP}/authorization/security-considerations`

export const SERVER_METADATA_RULES = {
  'server-metadata.found': {
    level: 'error',
    title: 'Each authorization server publishes metadata',
    source: DISCOVERY,
    remedy: 'Publish RFC 8414 or OpenID Connect metadata at the well-known address of the issuer, or correct authorization_servers.'
  },
  'server-metadata.issuer': {
    level: 'error',
    title: 'Its issuer equals the one the resource names',
    source: rfc(8414, '3.3'),
    remedy: 'Make the two equal, character for character, trailing slash included: clients must refuse any other document.'
  },
  'server-metadata.endpoints': {
    level: 'error',
    title: 'It names authorization and token endpoints on https, or on this machine',
    source: `${SECURITY}#communication-security`,
    remedy: 'State authorization_endpoint and token_endpoint as https URLs.'
  },
  'server-metadata.pkce': {
    level: 'error',
    title: 'It states PKCE with S256',
    source: `${SECURITY}#authorization-code-protection`,
    remedy: 'Publish code_challenge_methods_supported: ["S256"]; MCP clients must refuse to continue without it.'
  },
  'server-metadata.registration': {
    level: 'warning',
    title: 'An unknown client can register',
    source: `${MCP}/authorization/client-registration`,
    remedy: 'Support client ID metadata documents (client_id_metadata_document_supported), or dynamic registration ' +
      '(registration_endpoint). Otherwise an administrator must register every client.'
  },
  'server-metadata.iss-parameter': {
    level: 'warning',
    title: 'It returns iss with authorization responses',
    source: `${MCP}/authorization#authorization-response-validation`,
    remedy: 'Send iss (RFC 9207) and publish authorization_response_iss_parameter_supported: true: it prevents mix-up attacks.'
  },
  'server-metadata.scopes': {
    level: 'hint',
    title: 'The scopes of the resource are among those it states',
    source: rfc(8414, '2'),
    remedy: 'Register the scopes of the resource at the authorization server, and list them in scopes_supported.'
  },
  'server-metadata.protected-resources': {
    level: 'warning',
    title: 'If it lists protected resources, this one is among them',
    source: rfc(9728, '4'),
    remedy: 'Add the resource identifier to protected_resources. A client that cross-checks the two lists refuses this server otherwise.'
  },
  'server-metadata.cors': {
    level: 'hint',
    title: 'Pages may read its metadata',
    source: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
    remedy: 'Send Access-Control-Allow-Origin with the metadata (and with token and registration replies) if clients in a browser are to ' +
      'be served.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof SERVER_METADATA_RULES
const RULES = Object.keys(SERVER_METADATA_RULES) as Id[]

type Found = ServerSeen & { readonly document: JsonObject }
type Of<Value> = (document: JsonObject, server: Found) => Value

export function checkServerMetadata (observations: Pick<Observations, 'target' | 'documents' | 'servers' | 'origin'>): Verdict<Id>[] {
  const { target, documents, servers, origin } = observations
  if (issuersOf(documents).length === 0) return skipAll(RULES, 'the resource names no authorization server')
  const found = servers.filter((server): server is Found => server.document !== undefined)
  const lost = servers.filter(({ document }) => document === undefined)
  const first = judge<Id>('server-metadata.found', lost.length === 0, lost.length === 0
    ? found.map(({ issuer }) => show(issuer)).join(', ')
    : lost.map(showLost).join('; '))
  if (found.length === 0) return [first, ...skipAll(RULES.slice(1), 'no metadata of an authorization server was found')]

  const wanted = scopesOf(documents)
  // Shown is the server that does not follow the rule.
  const forAll = (rule: Id, kept: Of<boolean>, see: Of<string>) => {
    const broken = found.find(server => !kept(server.document, server))
    const shownServer = [broken ?? found[0]].filter(one => one !== undefined)
    return judge(rule, broken === undefined, shownServer.map(server => see(server.document, server)).join())
  }
  return [
    first,
    forAll('server-metadata.issuer',
      (document, { issuer }) => document.issuer === issuer,
      (document, { issuer }) => `named ${show(issuer)}, says ${shown(document.issuer)}`),
    forAll('server-metadata.endpoints',
      document => ['authorization_endpoint', 'token_endpoint'].every(member => isSafe(target, document[member])),
      document => `${shown(document.authorization_endpoint)}, ${shown(document.token_endpoint)}`),
    forAll('server-metadata.pkce',
      document => includes(document.code_challenge_methods_supported, 'S256'),
      document => shown(document.code_challenge_methods_supported)),
    forAll('server-metadata.registration',
      document => document.client_id_metadata_document_supported === true || typeof document.registration_endpoint === 'string',
      document => ['client_id_metadata_document_supported', 'registration_endpoint']
        .map(member => `${member} ${shown(document[member])}`).join(', ')),
    forAll('server-metadata.iss-parameter',
      document => document.authorization_response_iss_parameter_supported === true,
      document => shown(document.authorization_response_iss_parameter_supported)),
    forAll('server-metadata.scopes',
      ({ scopes_supported: stated }) => !Array.isArray(stated) || areAllIn(wanted, stated),
      document => shown(document.scopes_supported)),
    forAll('server-metadata.protected-resources',
      document => document.protected_resources === undefined || includes(document.protected_resources, target.url),
      document => shown(document.protected_resources)),
    forAll('server-metadata.cors',
      (_document, { forPage }) => forPage !== undefined && isReadableFrom(origin, forPage),
      (_document, { forPage }) => `for ${show(origin)}: ${forPage === undefined ? 'not requested' : showForPage(forPage)}`)
  ]
}

function showLost ({ issuer, tried }: ServerSeen): string {
  if (tried.length === 0) return `${show(issuer)}: not fetched, because it is no https URL, or not a public address`
  return `${show(issuer)}: ${tried.map(({ url, outcome }) => `${show(url.pathname)} ${showOutcome(outcome)}`).join(', ')}`
}

function isReadableFrom (origin: string, outcome: Outcome): boolean {
  return statusOf(outcome) === 200 && ['*', origin].includes(headerOf(outcome, 'access-control-allow-origin') ?? '')
}

function showForPage (outcome: Outcome): string {
  return `${showOutcome(outcome)}, Access-Control-Allow-Origin: ${show(headerOf(outcome, 'access-control-allow-origin') ?? 'not sent')}`
}

function scopesOf (documents: readonly DocumentSeen[]): readonly unknown[] {
  const stated = documents.find(({ document }) => document !== undefined)?.document?.scopes_supported
  return Array.isArray(stated) ? stated : []
}

/** With a set: both lists come from servers, and may have fifty thousand elements. */
function areAllIn (wanted: readonly unknown[], stated: readonly unknown[]): boolean {
  const known = new Set(stated)
  return wanted.every(scope => known.has(scope))
}

function isSafe (target: Target, value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && mayFollow(target, new URL(value))
}

function includes (list: unknown, value: unknown): boolean {
  return Array.isArray(list) && list.includes(value)
}

function shown (value: unknown): string {
  return value === undefined ? 'not stated' : show(JSON.stringify(value))
}
