// What the policy page says of tools of other servers: true of the tools that are served, in both languages, and no more than that.

import t from 'tap'
import { countedGateway, countedPayments } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { startExchangeGateway } from '../support/exchange-gateway.ts'
import { gatewayWithUpstreams } from '../support/gateway-with-upstreams.ts'

interface Paged { readonly app: { readonly inject: (url: string) => Promise<{ readonly body: string }> } }

const policyOf = async ({ app }: Paged, language: 'en' | 'ja') => (await app.inject(`/policy/mcp?lang=${language}`)).body

t.test('totals — the page says what is kept about a person, for how long, and what stays', async t => {
  covers('http.policy-of-kept-data')
  const { gateway } = await countedGateway(t)
  const en = await policyOf(gateway, 'en')
  const kept = [
    'are recorded with the issuer and the subject of the token, the client, the tool, the amount and the times',
    'a hash of the arguments and, for a day, the result',
    'deleted 45 days after the outcome of its call became known',
    'What was spent of each total is kept without an end'
  ]
  for (const words of [...kept, 'made at other servers, which get the arguments']) t.match(en, words)
  t.equal(en.split('deleted 45 days').length, 2, 'once, however many tools count')
  t.match(await policyOf(gateway, 'ja'), /45 日後に削除します[^]*期限なく保存します/)
})

t.test('tools of other servers without totals — nothing is said to be recorded', async t => {
  covers('http.policy-of-kept-data')
  const { gateway } = await gatewayWithUpstreams(t)
  const page = await policyOf(gateway, 'en')
  t.match(page, 'made at other servers')
  t.notMatch(page, /recorded|exchanges it/)
})

t.test('exchanged tokens — the page says so', async t => {
  covers('http.policy-of-kept-data')
  const { detailsTypes, tools } = countedPayments({})
  const gateway = await startExchangeGateway(t, { others: { detailsTypes, tools } })
  t.match(await policyOf(gateway, 'en'), 'exchanges it for another one')
  t.match(await policyOf(gateway, 'ja'), '別のトークンと交換します')
})
