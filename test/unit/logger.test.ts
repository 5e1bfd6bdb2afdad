// Are log lines what JSON.stringify would write, in their order, and all there when the process ends?

import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'

const run = promisify(execFile)
const LOGGER = pathToFileURL('.build/src/logger.js').href
const CHILD_LOGGER = pathToFileURL('.build/src/http/child-logger.js').href

const RECORDS = [
  { event: 'decision', granted: true, reason: 'permitted', remark: undefined, tool: 'reserve_ticket', clientId: 'a "client"\\ \u0001\n', status: 200, durationMs: 0.125 },
  { event: 'decision', granted: false, reason: 'fault', clientId: 'チケット', decision: [{ check: 'scope', passed: false }], nothing: null, infinite: Infinity },
  { event: 'fault', code: 'GW_INTERNAL', detail: 'é'.repeat(20_000) },
  { event: 'decision', granted: true, reason: 'permitted', traceState: 'x'.repeat(40_000) },
  { event: 'decision', granted: true, reason: '', tool: 'list_tickets' }
]

/** What a process prints that logs all of this again and again, and ends at once. */
async function printed (rounds: number): Promise<readonly JsonObject[]> {
  const program = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)})
    const { childLoggerFactory } = await import(${JSON.stringify(CHILD_LOGGER)})
    const records = ${JSON.stringify(RECORDS).replace('"infinite":null', '"infinite":Infinity')}
    const logger = createLogger('info')
    for (let round = 0; round < ${rounds}; round++) {
      const child = childLoggerFactory(logger, { reqId: 'req-' + round }, round % 2 ? {} : { level: 'info' })
      for (const record of records) child.info(record, record.event)
    }`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { maxBuffer: 64_000_000 })
  return stdout.trimEnd().split('\n').map(line => JSON.parse(line) as JsonObject)
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
