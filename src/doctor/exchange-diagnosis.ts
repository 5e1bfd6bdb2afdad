// Whether tokens can be exchanged for another server: what the metadata of the authorization server say, and what its token endpoint
// answers
// about a made-up token. A real exchange needs the token of a person, and is not tried.

import { randomBytes } from 'node:crypto'
import { createExchangeClient, type ExchangeProblem } from '../auth/delegation/exchange-client.ts'
import { createAuthorizationServer } from '../auth/server/authorization-server.ts'
import { createExchanger } from '../auth/server/exchange.ts'
import { authorizationServersOf } from '../config/authorization-servers.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { exchangeOf, type ResolvedExchange } from '../config/upstream/exchange-secrets.ts'
import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const CLIENT = 'At the authorization server, allow the client of the gateway token exchange, with this resource and these scopes.'
const CREDENTIALS = 'Compare clientId and its secret or key with the authorization server.'

export async function diagnoseExchanges (
  upstreams: readonly ConfiguredUpstream[], config: GatewayConfig, clock: Clock
): Promise<readonly Diagnosis[]> {
  const found = await Promise.all(upstreams.flatMap(upstream => {
    const { exchange } = upstream
    if (exchange === undefined) return []
    return authorizationServersOf(config)
      .filter(({ server }) => exchange.issuer === undefined || exchange.issuer === server.issuer)
      .map(({ server: { issuer }, name }) => diagnoseExchange(upstream, exchange, { issuer, name }, clock))
  }))
  return found.flat()
}

async function diagnoseExchange (
  { declaration }: ConfiguredUpstream, settings: ResolvedExchange, { issuer, name }: { readonly issuer: string, readonly name: string },
  clock: Clock
): Promise<readonly Diagnosis[]> {
  const check = `upstream.${declaration.name}.exchange.${name}`
  const { deadlineMs } = settings
  const server = createAuthorizationServer({ issuer, deadlineMs, clock })
  const { exchange: send, close } = createExchanger(clock)
  try {
    const { scopes = [], authorizationDetails = 'none' } = exchangeOf(declaration) ?? {}
    const client = createExchangeClient({ settings, server, send, clock })
    const answer = await client.exchange({
      subjectToken: `made-up-${randomBytes(24).toString('base64url')}`, scopes, details: { elements: undefined, digest: 'none' }
    })
    const metadata = await Promise.resolve(server.metadata.get()).then(({ document }) => document, () => undefined)
    const remarks = metadata === undefined ? [] : remarksOn(metadata, check, authorizationDetails !== 'none')
    return [...remarks, answer.ok ? problem(check, 'a token is issued for a made-up one', MADE_UP) : judged(answer.error, check)]
  } finally {
    await Promise.all([close(), server.close()])
  }
}

const MADE_UP = 'This authorization server does not check what it exchanges: do not use it.'

function remarksOn (metadata: JsonObject, check: string, wantsDetails: boolean): readonly Diagnosis[] {
  const grants = metadata['grant_types_supported']
  const lists = Array.isArray(grants) && !grants.includes(GRANT_TYPE)
  const isSilent = wantsDetails && metadata['authorization_details_types_supported'] === undefined
  return [
    ...(lists ? [warning(`${check}.grant`, 'the metadata of the authorization server do not list token exchange', CLIENT)] : []),
    ...(isSilent ? [warning(`${check}.details`, 'the authorization server publishes no authorization details types', SILENT)] : [])
  ]
}

const SILENT = 'If it ignores them in an exchange, every reply is refused: set authorizationDetails to none.'

function judged (answer: ExchangeProblem, check: string): Diagnosis {
  switch (answer.kind) {
    case 'about-the-token': return good(check, 'the token endpoint accepts the credentials of the gateway, and refuses a made-up token')
    case 'refused': return problem(check, `the token endpoint refuses before it looks at the token (${answer.reason})`, CLIENT)
    case 'unusable': return problem(check, `the token endpoint answers a made-up token with success (${answer.reason})`, MADE_UP)
    case 'unavailable':
      return answer.reason === 'credentials-rejected'
        ? problem(check, 'the token endpoint rejects the credentials of the gateway', CREDENTIALS)
        : unknown(check, `the token endpoint could not be asked (${answer.reason})`)
  }
}
