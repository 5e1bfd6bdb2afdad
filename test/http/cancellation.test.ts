// A client that leaves before its answer stops its own work and no other.

import { once } from 'node:events'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { logged, post, setUp, textOf } from '../support/working-gateway.ts'

t.test('cancellation — a client that leaves before the answer begins stops the work too', async t => {
  covers('transport.disconnect-cancels')
  const setting = await setUp(t)
  for (const looksEarly of [true, false]) {
    const { request, response } = post(setting, 'work')
    response.catch(() => {})
    const { call, finish } = await setting.nextWork()
    if (looksEarly) t.equal(call.signal.aborted, false)
    request.destroy()
    // By now the connection is gone before the tool thinks of looking.
    if (!looksEarly) for (const word of ['a', 'b', 'c']) await textOf(await post(setting, 'say', { args: { word } }).response)
    await eventually('the signal', () => call.signal.aborted)
    t.equal(call.signal.aborted, true, looksEarly ? 'for a tool that was listening' : 'for one that looks later')
    finish('too late')
    await logged(setting, { tool: 'work', callerLeft: true })
  }
})

t.test('cancellation — one of two clients on one gateway leaves, the other is answered', async t => {
  covers('transport.disconnect-cancels')
  const setting = await setUp(t)
  const leaving = post(setting, 'work', { meta: { progressToken: 1 } })
  const first = await setting.nextWork()
  const staying = post(setting, 'work', { meta: { progressToken: 1 }, id: 1 })
  const second = await setting.nextWork()
  leaving.response.then(answer => { answer.on('error', () => {}) }, () => {})
  const aborted = once(first.call.signal, 'abort')
  first.call.progress(1)
  second.call.progress(1)
  await leaving.response
  leaving.request.destroy()
  await aborted
  t.equal(second.call.signal.aborted, false)
  first.finish('')
  second.finish('answered')
  t.match(await textOf(await staying.response), 'answered')
})
