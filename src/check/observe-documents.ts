// Requests for the metadata of the resource and of its authorization servers. A document is requested as a client does, without Origin;
// then once more as a page does, because a server may refuse the one and answer the other.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { tokenChallenge } from './challenge-syntax.ts'
import { headerLines, jsonOf, statusOf, type Outcome } from './outcome.ts'
import { NO_SUCH } from './probe-messages.ts'
import type { Prober } from './prober.ts'
import { mayFollow, serverMetadataAddresses, type Target } from './target.ts'

export interface DocumentSeen {
  readonly place: 'challenge' | 'path' | 'root'
  readonly url: URL
  readonly outcome: Outcome
  /** Absent when the answer is no JSON object, or the one that every path gets. */
  readonly document: JsonObject | undefined
}

export interface ServerSeen {
  /** As in the metadata of the resource. */
  readonly issuer: string
  /** The addresses that were tried, up to the first with metadata; empty when the issuer must not be fetched. */
  readonly tried: ReadonlyArray<{ readonly url: URL, readonly outcome: Outcome }>
  readonly document: JsonObject | undefined
  /** The same document, requested by a page. */
  readonly forPage: Outcome | undefined
}

export interface DocumentObservations {
  /** In the order in which clients try them. */
  readonly documents: readonly DocumentSeen[]
  /** The first document, requested by a page. */
  readonly forPage: Outcome | undefined
  /** The document at the path-inserted address (or at the root), requested with a foreign name in these headers. */
  readonly spoofed: Readonly<Record<'Host' | 'X-Forwarded-Host', Outcome>> | undefined
  readonly servers: readonly ServerSeen[]
}

export const FOREIGN_HOST = 'attacker.example'
const MAX_SERVERS = 5
const ACCEPT = ['accept', 'application/json'] as const
const FORWARDED = [
  ['x-forwarded-host', FOREIGN_HOST], ['x-forwarded-proto', 'https'], ['forwarded', `host=${FOREIGN_HOST};proto=https`]
] as const

/**
 * @param first the answer to the first request, whose challenge may name the document
 * @param origin of the page
 */
export async function observeDocuments (prober: Prober, target: Target, first: Outcome, origin: string): Promise<DocumentObservations> {
  const get = (url: URL, ...more: ReadonlyArray<readonly [string, string]>) => prober.send({ url, headers: [ACCEPT, ...more] })
  const documents = await readDocuments(get, target, first)
  const readable = documents.find(({ document }) => document !== undefined)
  const wellKnown = documents.find(({ place, document }) => place !== 'challenge' && document !== undefined)
  const [forPage, host, forwarded, servers] = await Promise.all([
    readable === undefined ? undefined : get(readable.url, ['origin', origin]),
    wellKnown === undefined ? undefined : get(wellKnown.url, ['host', FOREIGN_HOST]),
    wellKnown === undefined ? undefined : get(wellKnown.url, ...FORWARDED),
    Promise.all(issuersOf(documents).map(issuer => readServer(get, target, issuer, origin)))
  ])
  const spoofed = host === undefined || forwarded === undefined ? undefined : { Host: host, 'X-Forwarded-Host': forwarded }
  return { documents, forPage, spoofed, servers }
}

/** The authorization servers that the first readable document names. */
export function issuersOf (documents: readonly DocumentSeen[]): readonly string[] {
  for (const { document } of documents) {
    if (document === undefined || !Array.isArray(document.authorization_servers)) continue
    const names: readonly unknown[] = document.authorization_servers
    return names.filter(name => typeof name === 'string').slice(0, MAX_SERVERS)
  }
  return []
}

type Get = (url: URL, ...more: ReadonlyArray<readonly [string, string]>) => Promise<Outcome>

async function readDocuments (get: Get, target: Target, first: Outcome): Promise<DocumentSeen[]> {
  const named = tokenChallenge(headerLines(first, 'www-authenticate'))?.parameters.get('resource_metadata')
  const places: Array<Pick<DocumentSeen, 'place' | 'url'>> = [{ place: 'path', url: target.pathMetadata }]
  if (target.rootMetadata.href !== target.pathMetadata.href) places.push({ place: 'root', url: target.rootMetadata })
  const followed = named !== undefined && URL.canParse(named) && mayFollow(target, new URL(named)) ? new URL(named) : undefined
  if (followed !== undefined) places.unshift({ place: 'challenge', url: followed })
  // Some servers answer every path with one document.
  const missing = await get(new URL(`/${NO_SUCH}`, target.endpoint.origin))
  return await Promise.all(places.map(async ({ place, url }) => {
    const outcome = await get(url)
    const same = missing.kind === 'reply' && outcome.kind === 'reply' && missing.status === 200 && missing.body === outcome.body
    return { place, url, outcome, document: same ? undefined : objectIn(outcome) }
  }))
}

async function readServer (get: Get, target: Target, issuer: string, origin: string): Promise<ServerSeen> {
  if (!URL.canParse(issuer) || !mayFollow(target, new URL(issuer))) return { issuer, tried: [], document: undefined, forPage: undefined }
  const tried = []
  for (const url of serverMetadataAddresses(new URL(issuer))) {
    const outcome = await get(url)
    tried.push({ url, outcome })
    const document = objectIn(outcome)
    // A server that answers every path has JSON here as well; metadata names its issuer (RFC 8414 §2).
    if (typeof document?.issuer === 'string') return { issuer, tried, document, forPage: await get(url, ['origin', origin]) }
  }
  return { issuer, tried, document: undefined, forPage: undefined }
}

function objectIn (outcome: Outcome): JsonObject | undefined {
  const document = statusOf(outcome) === 200 ? jsonOf(outcome) : undefined
  return isJsonObject(document) ? document : undefined
}
