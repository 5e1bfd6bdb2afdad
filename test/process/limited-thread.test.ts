// A limit that holds although the thread is busy: with an endless loop, an expression that never ends, or memory.

import t from 'tap'
import { runLimited } from '../../src/cli/limited-thread.ts'
import { covers } from '../support/covers.ts'

const moduleOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`)
const POST = "import { parentPort, workerData } from 'node:worker_threads';"
const LIMITS = { timeMs: 60_000, heapMegabytes: 64 }

t.test('limited thread — gives the message that the module posts', async t => {
  t.strictSame(await runLimited(moduleOf(`${POST} parentPort.postMessage({ echo: workerData })`), 7, LIMITS), { message: { echo: 7 } })
})

t.test('limited thread — is ended while its loop is blocked', async t => {
  covers('check.bounded-work')
  t.equal(await runLimited(moduleOf('for (;;);'), undefined, { ...LIMITS, timeMs: 300 }), 'ended')
  const expression = moduleOf("/^(a+)+$/.test('a'.repeat(60) + 'b')")
  t.equal(await runLimited(expression, undefined, { ...LIMITS, timeMs: 300 }), 'ended', 'also in a regular expression')
})

t.test('limited thread — is ended when it fills its memory', async t => {
  t.equal(await runLimited(moduleOf('const kept = []; for (;;) kept.push({ x: kept.length })'), undefined, LIMITS), 'ended')
})

t.test('limited thread — an error of the module is an error here', async t => {
  await t.rejects(runLimited(moduleOf("throw new Error('wrong')"), undefined, LIMITS), { message: 'wrong' })
  await t.rejects(runLimited(moduleOf(''), undefined, LIMITS), { message: 'the thread ended without a message' })
})
