// A real decision point of another project (Cerbos, in test/peers) as the second opinion: its policy in CEL sees what the gateway sends.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { activeToken, buildGateway, call, limitedTo } from '../support/gateway.ts'
import { skipWithout } from '../support/peer-servers.ts'
import { freePorts, startProgram } from '../support/processes.ts'

const BINARY = `@cerbos/cerbos-${process.platform}-${process.arch}`
const program = resolve(`test/peers/node_modules/${BINARY}/cerbos-${process.platform}-${process.arch}`)

/** Everyone may read; more than ¥10,000 needs a person whose subject ends with 4. */
const POLICY = `apiVersion: api.cerbos.dev/v1
resourcePolicy:
  resource: tool
  version: default
  rules:
    - actions: ["tools/call"]
      effect: EFFECT_ALLOW
      roles: ["*"]
      condition:
        match:
          any:
            of:
              - expr: R.id == "list_tickets"
              - expr: R.attr.authorization_details[0].maxAmount <= 10000 || P.id.endsWith("4")
`

t.test('Cerbos — permits, and refuses by the amount that this call needs', { skip: skipWithout(BINARY) }, async t => {
  covers('opinion.real-server')
  const folder = t.testdir({ policies: {} })
  const [http = 0, grpc = 0] = await freePorts(2)
  mkdirSync(join(folder, 'policies'), { recursive: true })
  writeFileSync(join(folder, 'policies', 'tool.yaml'), POLICY)
  writeFileSync(join(folder, 'cerbos.yaml'), `server:
  httpListenAddr: "127.0.0.1:${http}"
  grpcListenAddr: "127.0.0.1:${grpc}"
storage:
  driver: disk
  disk:
    directory: ${join(folder, 'policies')}
telemetry:
  disabled: true
`)
  t.ok(existsSync(program))
  const cerbos = startProgram(program, ['server', '--config', join(folder, 'cerbos.yaml')])
  t.teardown(async () => {
    cerbos.signal('SIGKILL')
    await cerbos.ended
  })
  const origin = `http://127.0.0.1:${http}`
  await eventually('a healthy Cerbos', () => fetch(`${origin}/_cerbos/health`).then(({ ok }) => ok, () => false))

  const metadata = await (await fetch(`${origin}/.well-known/authzen-configuration`)).json() as { access_evaluation_endpoint: string }
  const url = metadata.access_evaluation_endpoint
  const gateway = await buildGateway(t, {
    tokens: {
      'ends-with-4': activeToken(limitedTo(1_000_000)),
      'ends-with-1': activeToken({ sub: '2001', ...limitedTo(1_000_000) })
    },
    config: { policy: { secondOpinion: { url } } }
  })
  const reserve = async (token: string, seats: number) => {
    const { status, body } = await call(gateway, { token, tool: 'reserve_ticket', args: { ticket_id: 1, seats } })
    return body.result?.isError === true ? 'refused' : status
  }
  t.equal((await call(gateway, { token: 'ends-with-1', tool: 'list_tickets' })).status, 200)
  t.strictSame([await reserve('ends-with-1', 1), await reserve('ends-with-1', 3), await reserve('ends-with-4', 3)], [200, 'refused', 200])
  t.match(gateway.decisions().map(({ reason }) => reason), ['permitted', 'permitted', 'refused-by-decision-point', 'permitted'])
  cerbos.signal('SIGKILL')
  await cerbos.ended
  t.equal(await reserve('ends-with-4', 1), 503, 'without a decision point no call is made')
})
