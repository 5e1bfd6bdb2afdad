// What becomes of log lines whose reader stands still for a while?

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { loaderArguments, moduleUrl } from '../support/program.ts'

t.test('log — lines beyond the bound are dropped and counted, and the log says so when it is read again', async t => {
  covers('log.stands-still')
  const program = `
    const { createLogger } = await import(${JSON.stringify(moduleUrl('src/server/logger').href)})
    const logger = createLogger('info')
    const text = 'x'.repeat(10_000)
    const alive = setInterval(() => {}, 1_000)
    let written = 0
    while (logger.lostLines() < 100) { logger.info({ nth: ++written, text }); if (written % 50 === 0) await new Promise(setImmediate) }
    process.once('message', () => { clearInterval(alive); process.disconnect() })
    process.send({ written, lost: logger.lostLines() })`
  const child = spawn(process.execPath, [...loaderArguments, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc']
  })
  const { stdout } = child
  if (stdout === null) throw new Error('no output')
  const ended = once(child, 'exit')
  const [{ written, lost }] = await once(child, 'message') as [{ written: number, lost: number }]
  const lines: JsonObject[] = []
  const resumed = new Promise<JsonObject>(resolve => {
    createInterface({ input: stdout }).on('line', text => {
      const line = JSON.parse(text) as JsonObject
      lines.push(line)
      if (line['event'] === 'log-resumed') resolve(line)
    })
  })
  t.match(await resumed, { level: 40, lost })
  child.send('end')
  t.strictSame(await ended, [0, null])
  t.equal(lines.length - 1, written - lost, 'every other line is there, whole')
})
