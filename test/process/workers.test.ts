// Worker processes: whole lines in one output, one text of metrics, an end to restarts.

import { PassThrough } from 'node:stream'
import t from 'tap'
import { mergeMetrics } from '../../src/operations/merged-metrics.ts'
import { createLineRelay } from '../../src/server/workers/line-relay.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startProgram } from '../support/processes.ts'
import { programArguments } from '../support/program.ts'

function startRelay () {
  const written: string[] = []
  let drained = () => {}
  const destination = {
    full: false,
    write (lines: string) { written.push(lines); return !destination.full },
    on (_event: 'drain', listener: () => void) { drained = listener }
  }
  return { written, destination, drain: () => { drained() }, relay: createLineRelay(destination) }
}

t.test('lines — are written whole, wherever they were cut, and a last one that was never finished has its own', async t => {
  covers('workers.lines-stay-whole')
  const { written, relay } = startRelay()
  const [one, other] = [new PassThrough(), new PassThrough()]
  relay(one)
  relay(other)
  const text = Buffer.from('{"é":1}\n{"b')
  one.write(text.subarray(0, 3))
  other.write('{"other":1}\n')
  await eventually('the other is written', () => written.length === 1)
  one.write(text.subarray(3))
  await eventually('the first is written', () => written.length === 2)
  one.destroy()
  other.end('{"other":2}\n')
  await eventually('all is written', () => written.length === 4)
  t.strictSame(written.toSorted(), ['{"b\n', '{"other":1}\n', '{"other":2}\n', '{"é":1}\n'])
})

t.test('lines — are not taken faster than they are written', async t => {
  covers('workers.lines-stay-whole')
  const { written, destination, drain, relay } = startRelay()
  const [one, other] = [new PassThrough(), new PassThrough()]
  relay(one)
  relay(other)
  destination.full = true
  one.write('1\n')
  await eventually('it is full', () => one.isPaused() && other.isPaused())
  one.write('2\n')
  other.write('3\n')
  const late = new PassThrough()
  relay(late)
  t.strictSame([written, late.isPaused()], [['1\n'], true])
  destination.full = false
  drain()
  await eventually('the rest is written', () => written.length === 3)
})

t.test('metrics — of several processes stand together by name, described once, and none is added to another', async t => {
  covers('workers.metrics-of-all')
  const of = (worker: number) => `# HELP a_total Of "a".\n# TYPE a_total counter\na_total{x="# TYPE",worker="${worker}"} ${worker}\n\n# HELP b B.\n# TYPE b gauge\nb{worker="${worker}"} +Inf\n`
  t.equal(mergeMetrics([of(1), of(2)]), [
    '# HELP a_total Of "a".\n# TYPE a_total counter\na_total{x="# TYPE",worker="1"} 1\na_total{x="# TYPE",worker="2"} 2\n',
    '# HELP b B.\n# TYPE b gauge\nb{worker="1"} +Inf\nb{worker="2"} +Inf\n'
  ].join('\n'))
  t.equal(mergeMetrics([of(1)]), of(1))
  t.equal(mergeMetrics([]), '')
})

t.test('workers that end as soon as they have begun — are given up after growing pauses', async t => {
  covers('workers.replaced-when-they-die', 'workers.failure-at-start-told-once')
  const program = startProgram(process.execPath, programArguments('test/support/failing-pool'))
  t.strictSame(await program.ended, { code: 0, signal: null })
  const events = program.lines.map(line => JSON.parse(line) as { worker?: number, replacedInMs?: number, why?: string })
  t.strictSame(events.filter(({ worker }) => worker === 1).slice(0, 4).map(({ replacedInMs }) => replacedInMs), [0, 500, 1_000, 2_000])
  t.match(events.at(-1), { failed: true, why: /with status 3$/ })
  t.equal(program.stderr(), '')
})
