// Tools of a developer: what they throw, answer wrongly or keep open is handled by the gateway.

import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { z } from 'zod'
import {
  defineDetailsType, defineTool, limits, mcpResourceGateway, parseConfig, type GatewayOptions, type ToolDefinition
} from '../../src/index.ts'
import { covers } from '../support/covers.ts'
import { challengeOf, message } from '../support/gateway.ts'
import { bareHost, callTool, config, optionsFor } from './plugin-setup.ts'

type Definition = ToolDefinition<z.ZodObject, z.ZodObject, { cents: number }>
type Run = Definition['run']
type Access = Partial<Definition['access']>

const refunds = defineDetailsType<{ cents: number }>({
  type: 'refunds',
  title: { en: 'Refunds' },
  description: { en: 'Lets a client refund.' },
  members: { max: limits.upper({ of: ({ cents }) => cents, title: { en: 'Limit' }, description: { en: 'The highest.' } }) }
})

async function hostWith (
  t: Test, run: Run, access: Access = {}, changes: Partial<GatewayOptions> = {}
): Promise<{ app: FastifyInstance, lines: () => string }> {
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'trace', stream: { write: (line: string) => { lines.push(line) } } } })
  t.teardown(() => app.close())
  const tool = defineTool<z.ZodObject, z.ZodObject, { cents: number }>({
    name: 'own',
    title: 'T',
    description: 'D',
    unknownArguments: 'accept',
    input: z.looseObject({}),
    output: z.looseObject({}),
    access: { scopes: [], ...access },
    run
  })
  await app.register(mcpResourceGateway, optionsFor(t, { tools: [tool], ...changes }))
  await app.ready()
  return { app, lines: () => lines.join('') }
}

t.test('own tool — what it throws or answers wrongly is a 500 of ours with the request\'s id, and the text stays inside', async t => {
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  const wrong: Record<string, Run> = {
    'an error': () => Promise.reject(new Error('SECRETTEXT')),
    'a text': () => { throw 'SECRETTEXT' }, // eslint-disable-line @typescript-eslint/only-throw-error
    'a circle': async () => ({ kind: 'completed', text: '', structured: loop }),
    'a number without JSON': async () => ({ kind: 'completed', text: '', structured: { big: 1n } }),
    nothing: async () => undefined as never,
    'another kind': async () => ({ kind: 'SECRETTEXT' }) as never
  }
  for (const [name, run] of Object.entries(wrong)) {
    const { app, lines } = await hostWith(t, run)
    const answer = await callTool(app, 'own')
    t.equal(answer.status, 500, name)
    t.match(answer.body,
      { jsonrpc: '2.0', id: 'request-1', error: { code: -32603, message: 'A tool failed.', data: { code: 'GW_TOOL_FAILED' } } }, name)
    t.match(lines(), 'GW_TOOL_FAILED')
    t.notOk(lines().includes('SECRETTEXT'))
  }
})

t.test('own tool — without text and without a structured result, the block of text is an empty one', async t => {
  const { app } = await hostWith(t, async () => ({ kind: 'completed' }) as never)
  t.match(await callTool(app, 'own'), { status: 200, body: { result: { content: [{ type: 'text', text: '' }] } } })
})

t.test('own tool — when it cannot say what a call needs, the call is refused and the operator told', async t => {
  const { app, lines } = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }), {
    details: { type: refunds, call: () => { throw new TypeError('SECRETTEXT') } }
  })
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 403)
  t.match(challengeOf(answer), { error: 'insufficient_authorization', error_description: /could not decide/ })
  t.match(lines(), 'GW_TOOL_FAILED')
  t.match(lines(), 'TypeError')
  t.notOk(lines().includes('SECRETTEXT'))
})

t.test('own tool — when its judge of the details fails, the call is refused and the log says so, without a value of the token', async t => {
  covers('policy.failing-check-denies')
  const fail = (element: object): never => { throw new RangeError(`SECRETTEXT ${JSON.stringify(element)}`) }
  const { app, lines } = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }), {
    details: { type: { ...refunds, requires: () => ({ type: refunds.type, judge: fail, smallest: fail }) }, call: () => ({ cents: 1 }) }
  })
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 403)
  t.match(challengeOf(answer), { error: 'insufficient_authorization', error_description: /could not decide/ })
  const fault = lines().split('\n').filter(line => line.includes('"fault"')).map(line => JSON.parse(line) as object)
    .find(line => 'detail' in line)
  t.match(fault, { event: 'fault', code: 'GW_INTERNAL', detail: 'own: a check of the policy failed', cause: { name: 'RangeError' } })
  t.match(lines(), '"reason":"undecidable"')
  t.notOk(lines().includes('SECRETTEXT'))
})

t.test('own tool — one that does not end in time gets a signal and is given up; access that is not known in time is a denial', async t => {
  covers('limits.tool-time', 'policy.failing-check-denies')
  const folder = mkdtempSync(join(tmpdir(), 'tool-time-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const file = join(folder, 'audit.log')
  const impatient = parseConfig({ ...config(), limits: { toolTimeoutMs: 20 }, audit: { file } })
  // A socket would keep the process from ending; here there is none.
  const waiting = setInterval(() => {}, 1000)
  t.teardown(() => { clearInterval(waiting) })
  let late: Promise<string> | undefined
  const { app, lines } = await hostWith(t, async (_permit, input, call) => {
    if (input['quick'] === true) return { kind: 'completed', text: 'ran', structured: {} }
    const aborted = once(call.signal, 'abort')
    late = aborted.then(() => call.signal.aborted ? 'aborted' : 'not aborted')
    await aborted
    throw new Error('SECRETTEXT')
  }, {}, { config: impatient })
  t.equal((await callTool(app, 'own', { quick: true })).status, 200)
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 500)
  t.match(answer.body, { jsonrpc: '2.0', id: 'request-1', error: { code: -32603, message: /did not end in time.*is not known/, data: { code: 'GW_TOOL_TIMEOUT' } } })
  t.equal(answer.headers['retry-after'], undefined, 'nobody is asked to repeat what may have happened')
  t.equal(await late, 'aborted', 'the tool is told')
  t.match(lines(), 'own: run() took longer than 20 ms')
  t.notOk(lines().includes('SECRETTEXT'))
  const audit = readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
  t.match(audit.slice(-2), [{ event: 'permitted' },
    { event: 'decision', granted: false, reason: 'fault', remark: 'GW_TOOL_TIMEOUT', call: audit.at(-2)?.['call'] }])

  const undecided = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }), {
    details: { type: refunds, call: () => new Promise(() => {}) }
  }, { config: impatient })
  const refused = await callTool(undecided.app, 'own')
  t.equal(refused.status, 403)
  t.match(challengeOf(refused), { error: 'insufficient_authorization', error_description: /could not decide/ })
  t.match(undecided.lines(), 'own: access.details took longer than 20 ms')
})

t.test('own tool — one that wants a recent or stronger login gets the challenge that asks for it', async t => {
  const { app } = await hostWith(t, async () => ({ kind: 'completed', text: 'ran', structured: {} }),
    { authentication: { acrValues: ['urn:mace:incommon:iap:gold', 'phr'], maxAgeSeconds: 300 } })
  const answer = await callTool(app, 'own')
  t.equal(answer.status, 401)
  t.match(challengeOf(answer), { error: 'insufficient_user_authentication', acr_values: 'urn:mace:incommon:iap:gold phr', max_age: '300', resource_metadata: /^https/ })
  t.match(answer.body, { id: 'request-1', error: { code: 403, data: { acr_values: 'urn:mace:incommon:iap:gold phr', max_age: '300' } } })
})

t.test('host — what its own hooks throw on our routes is said in our shape', async t => {
  const app = bareHost(t)
  app.addHook('onRequest', async request => {
    const wish = request.headers['x-throw']
    if (wish === 'teapot') throw Object.assign(new Error('SECRETTEXT'), { statusCode: 418 })
    if (wish !== undefined) throw new Error('SECRETTEXT')
  })
  await app.register(mcpResourceGateway, optionsFor(t))
  await app.ready()
  for (const [wish, status, code] of [['teapot', 418, -32600], ['anything', 500, -32603]] as const) {
    const answer = await callTool(app, 'list_orders', {}, 'good', { 'x-throw': wish })
    t.match([answer.status, answer.body.jsonrpc, answer.body.error?.code], [status, '2.0', code])
    t.notOk(answer.text.includes('SECRETTEXT'))
  }
})

t.test('own tool — progress opens a stream for those who asked for it, and its answer is the last event', async t => {
  const { app } = await hostWith(t, async (_permit, _input, call) => {
    call.progress(1, 2, 'half')
    return { kind: 'completed', text: 'done', structured: {} }
  })
  const built = message('tools/call', { name: 'own', arguments: {} }, { meta: { progressToken: 'p-1' } })
  const streamed = await app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { authorization: 'Bearer good', accept: 'application/json, text/event-stream' },
    payload: built.body
  })
  t.match(streamed.headers, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  const events = streamed.body.split('\n\n').filter(text => text !== '').map(text => JSON.parse(text.replace(/^event: message\ndata: /, '')) as Record<string, unknown>)
  t.match(events, [{ method: 'notifications/progress', params: { progressToken: 'p-1', progress: 1, total: 2, message: 'half' } },
    { id: 'request-1', result: { content: [{ text: 'done' }] } }])
  const plain = await app.inject(
    { method: 'POST', url: '/mcp', headers: { authorization: 'Bearer good', accept: 'application/json' }, payload: built.body }
  )
  t.match(plain.headers['content-type'], 'application/json')
})

t.test('own tool — one that goes on talking after its answer is not heard, and harms nobody', async t => {
  let later = () => {}
  const { app } = await hostWith(t, async (_permit, _input, call) => {
    later = () => { call.progress(2) }
    return { kind: 'completed', text: 'done', structured: {} }
  })
  const built = message('tools/call', { name: 'own', arguments: {} }, { meta: { progressToken: 1 } })
  const answer = await app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { authorization: 'Bearer good', accept: 'application/json, text/event-stream' },
    payload: built.body
  })
  t.match(answer.json(), { result: { content: [{ text: 'done' }] } })
  t.doesNotThrow(later)
})
