// Lines and events that arrive in any chunks, and lines that are too long. Pure: bytes in, texts out.

import fc from 'fast-check'
import t from 'tap'
import { BoundedLines } from '../../src/upstream/bounded-lines.ts'
import { EventStreamReader } from '../../src/upstream/http/event-stream-reader.ts'
import { idOfLongLine } from '../../src/upstream/stdio/long-line-id.ts'
import { covers } from '../support/covers.ts'

/** Cuts after each of the lengths, which are used in turn. */
function chunksOf (text: string, lengths: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text)
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}

function linesOf (text: string, lengths: readonly number[], maxBytes = 1000): string[] {
  const found: string[] = []
  const lines = new BoundedLines(maxBytes, 'LF', {
    onLine: line => { found.push(line) },
    onLongLine: (head, tail) => { found.push(`too long: ${head.slice(0, 3)}…${tail.slice(-3)}`) }
  })
  for (const chunk of chunksOf(text, lengths)) lines.push(chunk)
  return found
}

function eventsOf (text: string, lengths: readonly number[], maxBytes = 1000): string[] {
  const found: string[] = []
  const reader = new EventStreamReader(maxBytes, { onData: data => { found.push(data) }, onTooLarge: () => { found.push('too large') } })
  for (const chunk of chunksOf(text, lengths)) reader.push(chunk)
  return found
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
const oneLine = fc.string({ unit: 'grapheme', maxLength: 20 }).map(text => text.replaceAll(/[\r\n]/g, ''))

t.test('lines — are the same whatever the chunks are, and text of several bytes stays whole', async t => {
  t.doesNotThrow(() => {
    fc.assert(fc.property(fc.array(oneLine), lengths, (lines, cuts) => {
      const found = linesOf(lines.map(line => `${line}\n`).join(''), cuts)
      return JSON.stringify(found) === JSON.stringify(lines.map(line => Buffer.from(line).toString()))
    }))
  })
})

t.test('lines — one above the limit is left out with its ends, and the next one is read', async t => {
  covers('upstream.bounded')
  const text = `short\n${'a'.repeat(100)}${'b'.repeat(5000)}end\nnext\nwithout end`
  const found = [[1], [7], [4096], [100_000]].map(cuts => linesOf(text, cuts))
  t.strictSame(found, found.map(() => ['short', 'too long: aaa…end', 'next']))
})

t.test('lines — many single bytes are a line as well', async t => {
  t.strictSame(linesOf(`${'x'.repeat(5000)}\n`, [1], 10_000).map(line => line.length), [5000])
})

t.test('events — are the same whatever the chunks and the line ends are', async t => {
  t.doesNotThrow(() => {
    fc.assert(fc.property(fc.array(oneLine, { maxLength: 5 }), lengths, fc.constantFrom('\n', '\r\n', '\r'), (data, cuts, end) => {
      const stream = data.map(text => `: comment${end}id: 7${end}event: message${end}data: ${text}${end}${end}`).join('')
      return JSON.stringify(eventsOf(stream, cuts)) === JSON.stringify(data.map(text => Buffer.from(text).toString()))
    }))
  })
})

t.test('events — of another name, without data, and above the limit are left out', async t => {
  const large = `data: ${'x'.repeat(2000)}\n\n`
  const parts = `data: ${'x'.repeat(600)}\ndata: ${'x'.repeat(600)}\n\n`
  t.strictSame(eventsOf(`\uFEFFdata:one\n\nevent: other\ndata: no\n\nid: 3\n\n${large}${parts}data: two\ndata: lines\n\ndata\n\ndata: cut`, [5]),
    ['one', 'too large', 'too large', 'two\nlines', ''])
})

t.test('long lines — the id is found where servers write it, and not inside a result', async t => {
  const cases: readonly (readonly [head: string, tail: string, id: number | undefined])[] = [
    ['{"jsonrpc":"2.0","id":12,"result":{"a":"', 'x"}}', 12],
    ['{ "id" : 3 , "jsonrpc":"2.0"', '"}', 3],
    ['{"result":{"content":[', '"}]},"jsonrpc":"2.0","id":7}', 7],
    ['{"result":{"content":[', '"}]},"id":8,"jsonrpc":"2.0"}', 8],
    ['{"jsonrpc":"2.0","result":{"x', 'y","id":9}}', undefined],
    ['{"jsonrpc":"2.0","result":{"x', String.raw`\",\"id\":9}"}}`, undefined],
    ['garbage', 'garbage', undefined]
  ]
  t.strictSame(cases.map(([head, tail]) => idOfLongLine(head, tail)), cases.map(([, , id]) => id))
})
