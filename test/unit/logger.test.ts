// Are log lines what JSON.stringify would write, in their order, and all there when the process ends?

import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'

const run = promisify(execFile)
const LOGGER = pathToFileURL('.build/src/logger.js').href
const REQUEST_LOGGER = pathToFileURL('.build/src/request-logger.js').href

const RECORDS = [
  { event: 'decision', granted: true, reason: 'permitted', remark: undefined, tool: 'reserve_ticket', clientId: 'a "client"\\ \u0001\n', status: 200, durationMs: 0.125 },
  { event: 'decision', granted: false, reason: 'fault', clientId: 'チケット', decision: [{ check: 'scope', passed: false }], nothing: null, infinite: Infinity },
  { event: 'fault', code: 'GW_INTERNAL', detail: 'é'.repeat(20_000) },
  { event: 'decision', granted: true, reason: 'permitted', traceState: 'x'.repeat(40_000) },
  { event: 'decision', granted: true, reason: '', tool: 'list_tickets' }
]

/** What a process prints that logs all of this again and again, and ends at once. */
function printed (rounds: number): Promise<readonly JsonObject[]> {
  return printedBy(`
    const records = ${JSON.stringify(RECORDS).replace('"infinite":null', '"infinite":Infinity')}
    const logger = createLogger('info')
    for (let round = 0; round < ${rounds}; round++) {
      const child = childLoggerFactory(logger, { reqId: 'req-' + round }, round % 2 ? {} : { level: 'info' })
      for (const record of records) child.info(record, record.event)
    }`)
}

/** @param lines with `createLogger` and `childLoggerFactory` at hand */
async function printedBy (lines: string): Promise<readonly JsonObject[]> {
  const program = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)})
    const { childLoggerFactory } = await import(${JSON.stringify(REQUEST_LOGGER)})
    ${lines}`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { maxBuffer: 64_000_000 })
  return stdout.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as JsonObject)
}

t.test('log — every line is JSON, in order, with every member as JSON writes it, and none is lost at the end', async t => {
  const rounds = 50
  const lines = await printed(rounds)
  t.equal(lines.length, rounds * RECORDS.length)
  const wanted = Array.from({ length: rounds }, (_, round) => RECORDS.map(record => ({ reqId: `req-${round}`, ...JSON.parse(JSON.stringify(record)) as JsonObject, msg: record.event }))).flat()
  t.strictSame(lines.map(({ level, time, ...line }) => {
    if (level !== 30 || typeof time !== 'number') throw new Error('not a line of pino')
    return line
  }), wanted)
})

t.test('log — the logger of a request is one of pino\'s in everything', async t => {
  const lines = await printedBy(`
    const worker = createLogger('info').child({ worker: 2, name: 'a "b"' })
    const request = childLoggerFactory(worker, { reqId: 'req-1' }, {})
    request.info({ event: 'decision', status: 200 }, 'decision')
    request.info({ event: 'decision' }, 'another message')
    request.info('decision')
    request.debug('not at this level')
    for (const level of ['warn', 'error', 'fatal']) request[level]({ cause: new Error('e') }, level)
    request.child({ more: true }).info('child')
    request.info({ event: 'decision', status: 401 }, 'decision')
    worker.level = 'error'
    const quiet = childLoggerFactory(worker, { reqId: 'req-2' }, {})
    quiet.info({ event: 'decision' }, 'decision')
    quiet.silent('never')
    quiet.error(quiet.level)
    quiet.level = 'info'
    quiet.info({ event: 'decision' }, 'decision')`)
  const bound = { worker: 2, name: 'a "b"' }
  const first = { ...bound, reqId: 'req-1' }
  t.match(lines, [
    { level: 30, ...first, event: 'decision', status: 200, msg: 'decision' },
    { level: 30, ...first, event: 'decision', msg: 'another message' },
    { level: 30, ...first, msg: 'decision' },
    { level: 40, ...first, msg: 'warn' },
    { level: 50, ...first, msg: 'error' },
    { level: 60, ...first, msg: 'fatal' },
    { level: 30, ...first, more: true, msg: 'child' },
    { level: 30, ...first, event: 'decision', status: 401, msg: 'decision' },
    { level: 50, ...bound, reqId: 'req-2', msg: 'error' },
    { level: 30, ...bound, reqId: 'req-2', event: 'decision', msg: 'decision' }
  ])
  t.equal(lines.length, 10)
})
