// Log lines are what JSON.stringify writes, in their order, and all are there when the process ends.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { decisionLine } from '../../src/http/decisions/decision-line.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { DecisionRecord } from '../../src/mcp/decision-record.ts'
import type { TraceContext } from '../../src/mcp/trace-context.ts'
import { grantWith } from '../support/policy.ts'
import { loaderArguments, moduleUrl } from '../support/program.ts'

const run = promisify(execFile)
const LOGGER = moduleUrl('src/server/logger').href
const REQUEST_LOGGER = moduleUrl('src/server/request-logger').href

function lineOf (members: Partial<DecisionRecord>): JsonObject {
  return JSON.parse(JSON.stringify(decisionLine(Object.assign(new DecisionRecord(), members)))) as JsonObject
}

const traceContext: TraceContext =
  { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentId: '00f067aa0ba902b7', sampled: true, traceState: 'vendor=a' }
const PERMITTED: Partial<DecisionRecord> = {
  granted: true,
  reason: 'permitted',
  method: 'tools/call',
  tool: 'reserve_ticket',
  version: '2025-11-25',
  grant: grantWith(),
  tokenHash: 'abcdefghij',
  status: 200
}

const LINES: readonly JsonObject[] = [
  lineOf(PERMITTED),
  lineOf(
    { ...PERMITTED, grant: grantWith({ clientId: 'a "client"\\ \u0001\n' }), authenticationMs: 0.5, durationMs: 1234.56, callerLeft: true }
  ),
  lineOf(
    { ...PERMITTED, granted: false, reason: 'insufficient-authorization', remark: '数量', status: 403, contextId: 'c', retryOf: 'チケット "x"' }
  ),
  lineOf({ ...PERMITTED, traceContext, trace: { verdict: 'denial', checks: { scope: 'passed' }, problem: 'a "b"' } }),
  lineOf({ ...PERMITTED, remark: 'x'.repeat(40_000) }),
  lineOf({ reason: 'missing-token', status: 401 }),
  { event: 'fault', code: 'GW_INTERNAL', detail: 'é'.repeat(20_000) }
]

t.test('log — the line of a decision has its members in their order, times in hundredths, and none that is not known', async t => {
  t.equal(JSON.stringify(lineOf({ ...PERMITTED, authenticationMs: 1 / 3, durationMs: 2.719, traceContext })), JSON.stringify({
    event: 'decision',
    granted: true,
    reason: 'permitted',
    method: 'tools/call',
    tool: 'reserve_ticket',
    version: '2025-11-25',
    clientId: 'client-1',
    tokenHash: 'abcdefghij',
    status: 200,
    authenticationMs: 0.33,
    durationMs: 2.72,
    ...traceContext
  }))
  t.equal(JSON.stringify(lineOf({ reason: 'missing-token', status: 401 })),
    '{"event":"decision","granted":false,"reason":"missing-token","status":401,"durationMs":0}')
})

/** The lines of a process that runs `lines`, with `createLogger` and `childLoggerFactory`, and ends at once. */
async function printedBy (lines: string): Promise<readonly JsonObject[]> {
  const program = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)})
    const { childLoggerFactory } = await import(${JSON.stringify(REQUEST_LOGGER)})
    ${lines}`
  const { stdout } = await run(process.execPath, [...loaderArguments, '--input-type=module', '-e', program], { maxBuffer: 64_000_000 })
  return stdout.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as JsonObject)
}

t.test('log — every line is JSON, in order, with every member as JSON writes it, and none is lost at the end', async t => {
  const rounds = 50
  const lines = await printedBy(`
    const lines = ${JSON.stringify(LINES)}
    const logger = createLogger('info')
    for (let round = 0; round < ${rounds}; round++) {
      const child = childLoggerFactory(logger, { reqId: 'req-' + round }, round % 2 ? {} : { level: 'info' })
      for (const line of lines) child.info(line, line.event)
    }`)
  const wanted = Array.from({ length: rounds }, (_, round) => LINES.map(line => ({ reqId: `req-${round}`, ...line, msg: line['event'] }))).flat()
  // as text: the order of the members counts
  t.strictSame(lines.map(({ level, time, ...line }) => {
    if (level !== 30 || typeof time !== 'number') throw new Error('not a line of pino')
    return JSON.stringify(line)
  }), wanted.map(line => JSON.stringify(line)))
})

t.test('log — the logger of a request is one of pino\'s in everything', async t => {
  const lines = await printedBy(`
    const worker = createLogger('info').child({ worker: 2, name: 'a "b"' })
    const request = childLoggerFactory(worker, { reqId: 'req-1' }, {})
    const decision = ${JSON.stringify(lineOf({ reason: 'missing-token', status: 401 }))}
    request.info(decision, 'decision')
    request.info(decision, 'another message')
    request.info('decision')
    request.debug('not at this level')
    for (const level of ['warn', 'error', 'fatal']) request[level]({ cause: new Error('e') }, level)
    request.child({ more: true }).info('child')
    request.info(decision, 'decision')
    const written = childLoggerFactory(worker, { reqId: 'req-3', 'a "name"': 1, absent: undefined }, {})
    written.infoText(',"granted":true', 'decision')
    const renewed = [written.takesText(), (written.warn('other'), written.takesText())]
    written.warn({ renewed }, 'takes text until there is a child')
    worker.level = 'error'
    const quiet = childLoggerFactory(worker, { reqId: 'req-2' }, {})
    quiet.infoText(',"granted":true', 'decision')
    quiet.info(decision, 'decision')
    quiet.silent('never')
    quiet.error(quiet.level)
    quiet.level = 'info'
    quiet.info(decision, 'decision')`)
  const bound = { worker: 2, name: 'a "b"' }
  const first = { ...bound, reqId: 'req-1' }
  const decision = { event: 'decision', granted: false, reason: 'missing-token', status: 401, durationMs: 0 }
  t.match(lines, [
    { level: 30, ...first, ...decision, msg: 'decision' },
    { level: 30, ...first, ...decision, msg: 'another message' },
    { level: 30, ...first, msg: 'decision' },
    { level: 40, ...first, msg: 'warn' },
    { level: 50, ...first, msg: 'error' },
    { level: 60, ...first, msg: 'fatal' },
    { level: 30, ...first, more: true, msg: 'child' },
    { level: 30, ...first, ...decision, msg: 'decision' },
    { level: 30, ...bound, reqId: 'req-3', 'a "name"': 1, granted: true, msg: 'decision' },
    { level: 40, ...bound, reqId: 'req-3', 'a "name"': 1, msg: 'other' },
    { level: 40, ...bound, reqId: 'req-3', 'a "name"': 1, renewed: [true, false], msg: 'takes text until there is a child' },
    { level: 50, ...bound, reqId: 'req-2', msg: 'error' },
    { level: 30, ...bound, reqId: 'req-2', ...decision, msg: 'decision' }
  ])
  t.equal(lines.length, 13)
})
