// What doctor says about token exchange, in front of authorization servers of every kind.

import t from 'tap'
import { parseConfig } from '../../src/config/parse.ts'
import { diagnoseExchanges } from '../../src/doctor/exchange-diagnosis.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { covers } from '../support/covers.ts'
import { exchangeFiles, EXCHANGE_RESOURCE, TOKEN_EXCHANGE } from '../support/exchange-gateway.ts'
import { exchanged, startExchangeServer, type ExchangeReplyScript } from '../support/exchange-server.ts'
import { loadedFrom } from '../support/upstream-files.ts'

t.test('doctor says whether an exchange can work, and what to do about it', async t => {
  covers('delegation.doctor', 'delegation.configuration')
  const server = await startExchangeServer(t, { audience: EXCHANGE_RESOURCE })
  const config = parseConfig({
    resource: { identifier: EXCHANGE_RESOURCE }, authorizationServer: { issuer: server.issuer, jwt: {} }
  })
  const found = async (answer: (form: URLSearchParams) => ExchangeReplyScript, exchange: object = TOKEN_EXCHANGE) => {
    server.answer = answer
    const loaded = loadedFrom(exchangeFiles(exchange), { EXCHANGE_SECRET: 'the secret of the exchange' })
    if (!loaded.ok) throw new Error('not loaded')
    const diagnoses = await diagnoseExchanges(loaded.value, config, systemClock)
    t.notMatch(JSON.stringify(diagnoses), 'the secret of the exchange')
    return diagnoses.map(({ check, state }) => `${check.replace('upstream.payments.exchange.authorization-server', '')} ${state}`)
  }
  const refused = (error: string) => () => ({ status: 400, body: { error } })
  t.strictSame(await found(refused('invalid_request')), ['.details warning', ' good'])
  const plain = { ...TOKEN_EXCHANGE, authorizationDetails: 'none' }
  t.strictSame(await found(refused('invalid_grant'), plain), [' good'])
  t.strictSame(await found(refused('unauthorized_client'), plain), [' problem'])
  t.strictSame(await found(refused('invalid_client'), plain), [' problem'])
  t.strictSame(await found(form => exchanged(form), plain), [' problem'], 'a token for a made-up one')
  t.strictSame(await found(() => ({ status: 500, body: {} }), plain), [' unknown'])
  t.strictSame(await found(refused('invalid_grant'), { ...plain, issuer: server.issuer }), [' good'])
})
