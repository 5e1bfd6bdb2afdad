// Asks a server for its tools, once, as a review and the doctor do: with the credentials of its file, and without any access token. Of a
// REST API the document is read, and the API is not asked.

import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import type { Environment } from '../config/environment.ts'
import { systemClock } from '../kernel/clock.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { listingFault } from '../proxy/calls/upstream-fault.ts'
import { settingsOf } from '../proxy/compiled-upstream.ts'
import { shownText } from '../proxy/review/shown-text.ts'
import { createUpstream } from '../upstream/create-upstream.ts'
import { openapiListing } from '../openapi/openapi-listing.ts'
import type { RestListing } from '../upstream/rest/rest-listing.ts'
import type { ListingProblem, UpstreamListing } from '../upstream/upstream-port.ts'
import { openapiText } from './openapi-source.ts'

/** An error is a sentence for the operator. The revision is found by asking, whatever the lock says. */
export async function liveListing (
  configured: ConfiguredUpstream, environment: Environment
): Promise<Result<UpstreamListing | RestListing, string>> {
  const { transport, document } = configured
  if (transport.kind === 'rest' && document !== undefined) {
    return documentListing(document, Object.keys(transport.headers).map(header => header.toLowerCase()))
  }
  const { declaration: { name } } = configured
  const upstream = createUpstream(name, settingsOf(configured, undefined), { clock: systemClock, environment })
  try {
    const listing = await upstream.list()
    if (listing.ok) return ok(listing.value)
    const { standardError = '' } = upstream.state()
    const wrote = withoutSecrets(standardError.trim(), configured)
    const said = wrote === '' ? '' : `; it wrote: ${shownText(wrote.slice(-500))}`
    return err(`${name}: ${problemText(listing.error, name)}${said}`)
  } finally {
    await upstream.close(0)
  }
}

async function documentListing (source: string, ownHeaders: readonly string[]): Promise<Result<RestListing, string>> {
  const text = await openapiText(source)
  if (!text.ok) return text
  const listing = await openapiListing(text.value, { ownHeaders })
  return listing.ok ? listing : err(`${source}: ${listing.error}`)
}

/** A program that complains about its token may show it. What is short is no secret, and would take words apart. */
function withoutSecrets (text: string, { transport, declaration: { transport: { stdio } } }: ConfiguredUpstream): string {
  if (transport.kind !== 'stdio') return text
  const secrets = Object.entries(transport.env).filter(([name, value]) => value.length >= 6 && typeof stdio?.env[name] === 'object')
  return secrets.reduce((shown, [name, value]) => shown.replaceAll(value, `(the value of ${name})`), text)
}

function problemText (problem: ListingProblem, name: string): string {
  const fault = listingFault(problem, name)
  const why = fault.detail.replace(`${name}: `, '')
  return `its tools cannot be listed (${why})`
}

/** Where a server is, for a person. */
export function addressOf ({ transport }: ConfiguredUpstream): string {
  return transport.kind === 'stdio' ? [transport.command, ...transport.args].join(' ') : transport.url
}
