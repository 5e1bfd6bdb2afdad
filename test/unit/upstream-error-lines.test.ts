// Lines of a process's standard error on their way to the log: no value of its environment, and nothing that moves a cursor.

import t from 'tap'
import { errorLines } from '../../src/upstream/stdio/error-lines.ts'
import type { StdioTransport } from '../../src/upstream/upstream-port.ts'

const transport = (env: StdioTransport['env']): StdioTransport =>
  ({ kind: 'stdio', command: '/bin/server', args: [], env, wrapper: [], startTimeoutMs: 1000, stderr: 'log' })

t.test('values of the environment are replaced by their names, the longest first, and short words stay', async t => {
  const lines: string[] = []
  const tell = errorLines(transport({ KEY: 'sk-123456', LONG: 'sk-123456-and-more', MODE: 'on' }), line => { lines.push(line) })
  for (const line of ['wrong key sk-123456', 'sk-123456-and-more sk-123456', 'mode is on']) tell?.(line)
  t.strictSame(lines, ['wrong key [KEY]', '[LONG] [KEY]', 'mode is on'])
})

t.test('control characters and characters that are not shown become spaces, and an empty line is none', async t => {
  const lines: string[] = []
  const tell = errorLines(transport({}), line => { lines.push(line) })
  for (const line of ['a\u001b[2Jb\u202ec\r', '', '\r', '\u200b']) tell?.(line)
  t.strictSame(lines, ['a [2Jb c'])
})

t.test('without a reader there is nothing to call', async t => {
  t.equal(errorLines(transport({}), undefined), undefined)
})
