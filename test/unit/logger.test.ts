// Are log lines what JSON.stringify would write, in their order, and all there when the process ends?

import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { decisionLine, decisionText, type DecisionMembers } from '../../src/http/decisions/decision-line.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { TraceContext } from '../../src/mcp/trace-context.ts'

const run = promisify(execFile)
const LOGGER = pathToFileURL('.build/src/server/logger.js').href
const REQUEST_LOGGER = pathToFileURL('.build/src/server/request-logger.js').href

const DECISION_LINE = pathToFileURL('.build/src/http/decisions/decision-line.js').href

const TRACE: TraceContext = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentId: '00f067aa0ba902b7', sampled: true, traceState: 'vendor=a' }
const PERMITTED: DecisionMembers = { granted: true, reason: 'permitted', remark: undefined, method: 'tools/call', tool: 'reserve_ticket', version: '2025-11-25', clientId: 'web', tokenHash: 'abcdefghij', status: 200, durationMs: 0.12 }

/** One after the other differs in one member or another from what came before. */
const DECISIONS: ReadonlyArray<readonly [DecisionMembers, TraceContext?]> = [
  [PERMITTED],
  [{ ...PERMITTED, clientId: 'a "client"\\ \u0001\n', tokenHash: 'klmnopqrst', authenticationMs: 0.5, durationMs: 1234.56, callerLeft: true }],
  [{ ...PERMITTED, version: '2026-07-28' }, TRACE],
  [{ ...PERMITTED, version: '2026-07-28', method: 'unknown' }, { ...TRACE, sampled: false, traceState: undefined }],
  [{ ...PERMITTED, granted: false, reason: 'insufficient-authorization', remark: 'maxAmount', status: 403, contextId: 'c', retryOf: 'チケット "x"' }],
  [{ ...PERMITTED, granted: false, reason: 'insufficient-authorization', remark: '数量', status: 403, decision: { verdict: 'denial', checks: { scope: 'passed' }, problem: 'a "b"' } }],
  [{ ...PERMITTED, remark: 'x'.repeat(40_000) }],
  [{ granted: false, reason: 'missing-token', remark: undefined, clientId: undefined, tokenHash: undefined, status: 401, durationMs: 0 }],
  [{ granted: false, reason: 'missing-token', remark: 'again', clientId: undefined, tokenHash: undefined, status: 429, durationMs: 0 }]
]

const OTHERS = [
  { event: 'decision', granted: false, reason: 'fault', clientId: 'チケット', nothing: null },
  { event: 'fault', code: 'GW_INTERNAL', detail: 'é'.repeat(20_000) }
]

/** What a process prints that logs all of this again and again, and ends at once. */
function printed (rounds: number): Promise<readonly JsonObject[]> {
  return printedBy(`
    const decisions = ${JSON.stringify(DECISIONS)}
    const others = ${JSON.stringify(OTHERS)}
    const logger = createLogger('info')
    for (let round = 0; round < ${rounds}; round++) {
      const child = childLoggerFactory(logger, { reqId: 'req-' + round }, round % 2 ? {} : { level: 'info' })
      for (const [members, trace] of decisions) child.info(decisionLine(members, trace), 'decision')
      for (const other of others) child.info(other, other.event)
    }`)
}

/** @param lines with `createLogger` and `childLoggerFactory` at hand */
async function printedBy (lines: string): Promise<readonly JsonObject[]> {
  const program = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)})
    const { decisionLine } = await import(${JSON.stringify(DECISION_LINE)})
    const { childLoggerFactory } = await import(${JSON.stringify(REQUEST_LOGGER)})
    ${lines}`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { maxBuffer: 64_000_000 })
  return stdout.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as JsonObject)
}

t.test('log — every line is JSON, in order, with every member as JSON writes it, and none is lost at the end', async t => {
  const rounds = 50
  const lines = await printed(rounds)
  t.equal(lines.length, rounds * (DECISIONS.length + OTHERS.length))
  const records = [...DECISIONS.map(([members, trace]) => decisionLine(members, trace)), ...OTHERS]
  const wanted = Array.from({ length: rounds }, (_, round) => records.map(record => ({ reqId: `req-${round}`, ...JSON.parse(JSON.stringify(record)) as JsonObject, msg: record.event }))).flat()
  // as text: the order of the members counts
  t.strictSame(lines.map(({ level, time, ...line }) => {
    if (level !== 30 || typeof time !== 'number') throw new Error('not a line of pino')
    return JSON.stringify(line)
  }), wanted.map(line => JSON.stringify(line)))
})

t.test('log — a duration is written as JSON writes that number, whatever it is', async t => {
  const written = (durationMs: number): string => decisionText(decisionLine({ granted: false, reason: 'missing-token', remark: undefined, clientId: undefined, tokenHash: undefined, status: 401, durationMs }, undefined))
  const hundredths = Array.from({ length: 2000 }, (_, index) => index / 100)
  const others = [-0.05, -1.5, 0.001, 1 / 3, 1234.56, 99_999.99, 2 ** 31 + 0.25, 2 ** 53, 1e21, 1e300, NaN, Infinity]
  for (const durationMs of [...hundredths, ...others]) {
    const { durationMs: read } = JSON.parse(`{${written(durationMs).slice(1)}}`) as { durationMs?: unknown }
    t.equal(JSON.stringify(read), JSON.stringify(durationMs))
    t.ok(written(durationMs).endsWith(`"durationMs":${JSON.stringify(durationMs)}`))
  }
})

t.test('log — the logger of a request is one of pino\'s in everything', async t => {
  const lines = await printedBy(`
    const worker = createLogger('info').child({ worker: 2, name: 'a "b"' })
    const request = childLoggerFactory(worker, { reqId: 'req-1' }, {})
    const decision = decisionLine({ granted: false, reason: 'missing-token', status: 401, durationMs: 0 })
    request.info(decision, 'decision')
    request.info(decision, 'another message')
    request.info('decision')
    request.debug('not at this level')
    for (const level of ['warn', 'error', 'fatal']) request[level]({ cause: new Error('e') }, level)
    request.child({ more: true }).info('child')
    request.info(decision, 'decision')
    worker.level = 'error'
    const quiet = childLoggerFactory(worker, { reqId: 'req-2' }, {})
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
    { level: 50, ...bound, reqId: 'req-2', msg: 'error' },
    { level: 30, ...bound, reqId: 'req-2', ...decision, msg: 'decision' }
  ])
  t.equal(lines.length, 10)
})
