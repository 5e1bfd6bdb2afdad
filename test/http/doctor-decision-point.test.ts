// What the doctor says about a policy decision point, in order and in each kind of trouble.

import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createCertificate } from '../support/certificates.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { startDecisionPoint } from '../support/decision-point.ts'
import { configuration, found, startServer, visit } from '../support/doctor-visit.ts'
import { freePorts } from '../support/processes.ts'
import { answers, answersJson, type Behaviour } from '../support/stub-authorization-server.ts'

const TOKEN = 'token-of-the-gateway-at-the-decision-point'

async function visited (t: Test, secondOpinion: object, env: Readonly<Record<string, string>> = {}) {
  const { origin } = await startServer(t)
  return visit(configuration(origin, { policy: { authorizationDetailsWhenAbsent: 'deny', secondOpinion } }), { env })
}

t.test('doctor — a decision point that refuses a made-up person, with accepted credentials, is in order', async t => {
  covers('doctor.decision-point')
  const point = await startDecisionPoint(TOKEN)
  t.teardown(() => point.close())
  point.decide = () => ({ decision: false })
  const outcome = await visited(t, { url: point.url }, { SECOND_OPINION_BEARER_TOKEN: TOKEN })
  t.match(found(outcome, 'second-opinion'), { state: 'good', found: /refuses a person and a tool that do not exist/ })
  t.match(found(outcome, 'second-opinion.wrong-credentials'), { state: 'good' })
  t.equal(outcome.status, 0)
  t.notMatch(outcome.text, TOKEN)
  t.match(JSON.parse(point.asked[0]?.body ?? ''), {
    subject: { type: 'identity', id: /^doctor-/ }, action: { name: 'tools/call' }, resource: { type: 'tool', id: /^doctor-/ }
  })
})

t.test('doctor — without a decision point nothing is said of one', async t => {
  covers('doctor.decision-point')
  const { origin } = await startServer(t)
  t.notMatch((await visit(configuration(origin))).text, 'second-opinion')
})

t.test('doctor — each trouble of a decision point has its remedy, and makes the gateway one that would not work', async t => {
  covers('doctor.decision-point')
  const point = await startDecisionPoint()
  t.teardown(() => point.close())
  const troubles: ReadonlyArray<readonly [string, Behaviour, RegExp, RegExp]> = [
    ['401', answers(401, '"secret text"'), /HTTP status 401/, /set policy\.secondOpinion\.bearerToken \(SECOND_OPINION_BEARER_TOKEN\)/],
    ['400', answers(400, '"secret text"'), /HTTP status 400/, /form of the question.*docs\/second-opinion\.md/],
    ['404', answers(404, '{}'), /HTTP status 404/, /evaluation endpoint itself/],
    ['500', answers(500, '{}'), /HTTP status 500/, /its log/],
    ['a redirect', answers(302, '', { location: 'https://elsewhere.example/' }), /HTTP status 302/, /never followed/],
    ['a page', answers(200, '<html>', { 'content-type': 'text/html' }), /unusably: no JSON object/, /policy\.secondOpinion\.url/],
    ['no decision', answersJson({ decision: 'true' }), /unusably: no boolean decision/, /docs\/second-opinion\.md/],
    ['a closed connection', (_request, _response, socket) => { socket.destroy() }, /connection-dropped/, /closed the connection/]
  ]
  const each = collected(t)
  for (const [name, behaviour, seen, remedy] of troubles) {
    point.decide = () => behaviour
    const outcome = await visited(t, { url: point.url })
    each.match(found(outcome, 'second-opinion'), { state: 'problem', found: seen, remedy }, name)
    each.equal(outcome.status, 1, name)
    each.notMatch(outcome.text, /secret text|elsewhere/, name)
  }
  each.end()
  const [port = 0] = await freePorts(1)
  const away = await visited(t, { url: `http://127.0.0.1:${port}/access/v1/evaluation` })
  t.match(found(away, 'second-opinion'), { state: 'problem', found: /unreachable/, remedy: /Check that it runs/ })
})

t.test('doctor — rejected and unchecked credentials at a decision point, and one that permits everything', async t => {
  covers('doctor.decision-point')
  const strict = await startDecisionPoint(TOKEN)
  t.teardown(() => strict.close())
  const rejected = await visited(t, { url: strict.url }, { SECOND_OPINION_BEARER_TOKEN: 'one-that-is-not-registered' })
  t.match(found(rejected, 'second-opinion'), { state: 'problem', remedy: /rejects the credentials of this gateway/ })
  t.notMatch(rejected.text, 'one-that-is-not-registered')

  const open = await startDecisionPoint()
  t.teardown(() => open.close())
  const lax = await visited(t, { url: open.url }, { SECOND_OPINION_BEARER_TOKEN: TOKEN })
  t.match(found(lax, 'second-opinion'), { state: 'warning', found: /permits a call of a tool that does not exist/ })
  t.match(found(lax, 'second-opinion.wrong-credentials'), { state: 'warning', remedy: /authenticates those who ask/ })
  t.equal(lax.status, 0)
})

t.test('doctor — a slow decision point is told apart from one that never answers', async t => {
  covers('doctor.decision-point')
  const point = await startDecisionPoint()
  t.teardown(() => point.close())
  let asked = 0
  point.decide = () => {
    asked += 1
    return asked === 1 ? () => {} : { decision: false }
  }
  const outcome = await visited(t, { url: point.url, deadlineMs: 50 })
  t.match(found(outcome, 'second-opinion'), { state: 'good' })
  t.match(found(outcome, 'second-opinion.speed'), { state: 'warning', found: /50 ms of policy\.secondOpinion\.deadlineMs/ })
})

t.test('doctor — a decision point whose certificate is not trusted here', async t => {
  covers('doctor.decision-point')
  const { certPem, keyPem } = createCertificate('pdp')
  const server = createServer({ cert: certPem, key: keyPem }, (_request, response) => { response.end('{"decision":false}') })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const { port } = server.address() as AddressInfo
  const outcome = await visited(t, { url: `https://127.0.0.1:${port}/access/v1/evaluation` })
  t.match(found(outcome, 'second-opinion'), { state: 'problem', found: /DEPTH_ZERO_SELF_SIGNED_CERT/, remedy: /NODE_EXTRA_CA_CERTS/ })
})
