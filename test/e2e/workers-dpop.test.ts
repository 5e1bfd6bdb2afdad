// DPoP with several workers: a proof works once, whichever worker a connection reaches. Real processes, and a memory that they share.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { createBoundKey, proofOf } from '../support/bound-token-gateway.ts'
import { eventually } from '../support/eventually.ts'
import { RESOURCE, startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { startProofRedis } from '../support/proof-redis.ts'
import { answersJson } from '../support/stub-authorization-server.ts'

t.test('workers — a DPoP proof works once at all of them together', async t => {
  covers('dpop.memory-shared')
  const redis = await startProofRedis()
  t.teardown(redis.close)
  const people = await startPeopleServer(t)
  const key = await createBoundKey()
  const exp = Math.floor(Date.now() / 1000) + 3600
  people.on('/introspect', answersJson({
    active: true, iss: people.origin, sub: '1', exp, aud: RESOURCE, scope: 'mcp:tickets:read', cnf: key.cnf, token_type: 'DPoP'
  }))
  const server = await startGatewayServer(t, people, {
    workers: 2, storage: { url: `sqlite:${t.testdir()}/tickets.db` }, dpop: { mode: 'required', proofMemoryUrl: redis.url }
  })
  const clock = { now: () => Date.now() as never }
  const send = (proof: string) =>
    server.call('list_tickets', {}, { headers: { authorization: 'DPoP bound', dpop: proof, connection: 'close' } })
  const same = proofOf(key, 'bound', clock)
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(same)))
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  t.equal(answers.filter(({ status }) => status === 401).length, 19)
  await eventually('both workers have decided', () => new Set(server.logged('decision').map(({ worker }) => worker)).size === 2)
  const others = await Promise.all(Array.from({ length: 6 }, () => send(proofOf(key, 'bound', clock))))
  t.strictSame(others.map(({ status }) => status), [200, 200, 200, 200, 200, 200])
})
