// Diagnoses the CORS headers of an authorization server: whether the pages that may call the gateway may also call it. Its metadata names
// the endpoints that are asked, so that they are asked at addresses that it may name and at no others, as `check` does.

import { readEndpoint, type ServerMetadata } from '../auth/server/server-metadata.ts'
import { headerOf, show, type Outcome } from '../check/outcome.ts'
import { createProber, type Prober, type ProberSettings } from '../check/prober.ts'
import { routeTo, type Lookup } from '../check/route.ts'
import { parseTarget } from '../check/target.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import { good, unknown, warning, type Diagnosis } from './diagnosis.ts'
import type { MetadataSeen } from './server-metadata-diagnosis.ts'

const ENDPOINTS = ['token_endpoint', 'registration_endpoint'] as const

/**
 * A prober that connects to the addresses of the issuer, and to those that a server there may name: a public server does not make this
 * machine send requests into its own network. The addresses of a name are judged, and then they are the ones connected.
 * @throws Error for a text that is no issuer identifier
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-7.7
 */
export async function createCautiousProber (issuer: string, settings: Omit<ProberSettings, 'route'>, lookup?: Lookup): Promise<Prober> {
  const target = parseTarget(issuer)
  if (!target.ok) throw new Error('no issuer identifier')
  const { route } = await routeTo(target.value, settings.timeoutMs, lookup)
  return createProber({ ...settings, route })
}

/** @param prober for addresses that the server names */
export async function diagnoseCors (name: string, prober: Prober, { metadata, outcome }: MetadataSeen, origin: string): Promise<Diagnosis> {
  const check = `${name}.cors`
  const allows = (answer: Outcome) => ['*', origin].includes(headerOf(answer, 'access-control-allow-origin') ?? '')
  const asked = await Promise.all(ENDPOINTS.map(async member => {
    const url = metadata === undefined ? undefined : endpointOf(metadata, member)
    if (url === undefined) return []
    const answer = await prober.send({
      method: 'OPTIONS',
      url,
      headers: [['origin', origin], ['access-control-request-method', 'POST'], ['access-control-request-headers', 'content-type']]
    })
    return [{ member, url, answer }]
  }))
  const answers = asked.flat()
  const inward = answers.filter(({ answer }) => answer.kind === 'none' && answer.reason === 'inward')
  if (inward.length > 0) {
    const named = inward.map(({ member, url }) => `${member} ${show(url.origin)}`).join(' and ')
    return unknown(check, `not asked: the server names ${named}, inside a network in which it is not itself`)
  }
  const shut = [
    ...(outcome !== undefined && allows(outcome) ? [] : ['the metadata']),
    ...answers.filter(({ answer }) => !allows(answer)).map(({ member }) => member)
  ]
  return shut.length === 0
    ? good(check, `pages of ${origin} may read metadata, token and registration replies`)
    : warning(
      check,
      `pages of ${origin} may not use ${shut.join(', ')}`,
      'Clients that run in a browser (MCP Inspector in its Direct mode) need CORS there. Other clients, and Inspector through its ' +
        'proxy, work without.'
    )
}

/** With the rule of the gateway: https, or plain http where the issuer has it. */
function endpointOf (metadata: ServerMetadata, member: string): URL | undefined {
  try {
    return readEndpoint(metadata, member)
  } catch (failure) {
    if (failure instanceof AuthorizationServerUnavailable) return undefined
    throw failure
  }
}
