// The request of a token exchange: what of it may be sent twice.

import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { createExchangeClient } from '../../src/auth/delegation/exchange-client.ts'
import type { TokenExchange } from '../../src/auth/delegation/delegation-target.ts'
import type { ExchangeRequest } from '../../src/auth/server/exchange.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const ANSWER = { access_token: 'exchanged', token_type: 'Bearer', issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' }

async function requestWith (credentials: Partial<TokenExchange>): Promise<ExchangeRequest | undefined> {
  const sent: ExchangeRequest[] = []
  const client = createExchangeClient({
    settings: {
      upstream: 'payments', tokenEndpoint: 'https://as.example/token', clientId: 'gateway', deadlineMs: 5000, cacheMs: 60_000, ...credentials
    } as TokenExchange,
    server: { issuer: 'https://as.example', metadata: { get: () => { throw new Error('not asked') } } } as never,
    send: async request => {
      sent.push(request)
      return {
        status: 200, contentType: 'application/json', retryAfter: undefined, body: Buffer.from(JSON.stringify(ANSWER))
      }
    },
    clock: createManualClock()
  })
  const exchanged = await client.exchange({ subjectToken: 'of-the-client', scopes: [], details: { elements: undefined, digest: 'none' } })
  return exchanged.ok ? sent[0] : undefined
}

t.test('an assertion is made again for a repeated exchange, and the rest of the request stays', async t => {
  covers('delegation.exchange-request')
  const first = await requestWith({ clientAuthentication: 'private_key_jwt', privateKey: KEY, privateKeyAlgorithm: 'ES256' })
  const second = await first?.again?.()
  const forms = [first, second].map(request => new URLSearchParams(request?.body))
  const [one, other] = forms.map(form => form.get('client_assertion'))
  t.match([one, other], [/^eyJ/, /^eyJ/])
  t.not(one, other)
  for (const form of forms) form.delete('client_assertion')
  t.equal(forms[0]?.toString(), forms[1]?.toString())
})

t.test('a request with a secret is repeated as it is', async t => {
  covers('delegation.exchange-request')
  const request = await requestWith({ clientAuthentication: 'client_secret_basic', clientSecret: 'the secret' })
  t.match(request, { method: 'POST' })
  t.equal(request?.again, undefined)
})
