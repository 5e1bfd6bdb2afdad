// Calls that take long, over a socket: comments keep the connection alive, and change neither an answer nor a refusal.

import { once } from 'node:events'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { post, setUp, textOf } from '../support/working-gateway.ts'

const config = { limits: { streamSilenceMs: 1 } }

for (const era of ['modern', 'legacy'] as const) {
  t.test(`comments, ${era} — a call without progress becomes a stream of comments, and its last event is the answer`, async t => {
    covers('transport.comments-in-silence')
    const setting = await setUp(t, config)
    const { response } = post(setting, 'work', { era })
    const { finish } = await setting.nextWork()
    const answer = await response
    t.match([answer.statusCode, answer.headers['content-type'], answer.headers['x-accel-buffering']], [200, 'text/event-stream', 'no'])
    await once(answer, 'readable')
    finish('done at last')
    const text = await textOf(answer)
    t.match(text, /^(?:: still running\n\n)+event: message\ndata: \{.*\}\n\n$/)
    t.match(text, 'done at last')
  })
}

t.test('comments — a client that takes no stream waits for its answer, and a refusal keeps its status', async t => {
  covers('transport.comments-in-silence')
  const setting = await setUp(t, config)
  const plain = post(setting, 'work', { accept: 'application/json' })
  const { finish } = await setting.nextWork()
  const streaming = post(setting, 'work')
  const second = await setting.nextWork()
  await streaming.response
  const forbidden = await post(setting, 'forbidden').response
  t.equal(forbidden.statusCode, 403)
  forbidden.resume()
  finish('plain')
  second.finish('')
  const answer = await plain.response
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  t.match(await textOf(answer), 'plain')
  await textOf(await streaming.response)
})

t.test('comments — after one, a client that leaves still stops the work', async t => {
  covers('transport.disconnect-cancels')
  const setting = await setUp(t, config)
  const { request, response } = post(setting, 'work')
  response.then(answer => { answer.on('error', () => {}) }, () => {})
  const { call, finish } = await setting.nextWork()
  const aborted = once(call.signal, 'abort')
  await response
  request.destroy()
  await aborted
  t.equal(call.signal.aborted, true)
  finish('too late')
})
