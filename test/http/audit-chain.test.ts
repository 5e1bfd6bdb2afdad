// The chain of audit lines: whatever one change is made to it inside, it is found; across files, restarts and torn lines it goes on.

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { CHAIN_START, keyedHash, plainHash, type ChainPosition, type LineHash } from '../../src/audit/chain-line.ts'
import { openChainedLog, type ChainedLog, type ChainedLogSettings } from '../../src/audit/chained-log.ts'
import { linesOfFiles } from '../../src/audit/file-lines.ts'
import { verifyChain, type ChainVerdict } from '../../src/audit/verify-chain.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

interface Setting {
  readonly path: string
  readonly open: (changes?: Partial<ChainedLogSettings>) => ChainedLog
  readonly verify: (options?: {
    readonly keyed?: readonly LineHash[]
    readonly heads?: readonly ChainPosition[]
    readonly files?: readonly string[]
  }) => ChainVerdict
  readonly deleted: unknown[]
}

function setUp (t: Test): Setting {
  const folder = mkdtempSync(join(tmpdir(), 'audit-chain-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const path = join(folder, 'audit.log')
  const deleted: unknown[] = []
  const filesOf = (): string[] => readdirSync(folder).filter(name => name.startsWith('audit.log'))
    .toSorted((one, other) => Number(other.split('.')[2] ?? 0) - Number(one.split('.')[2] ?? 0)).map(name => join(folder, name))
  return {
    path,
    deleted,
    open: (changes = {}) => openChainedLog({
      path,
      maxBytes: 1_000_000,
      keepFiles: 3,
      clock: createManualClock(),
      deleting: file => { deleted.push(file) },
      rotated: () => {},
      ...changes
    }),
    verify: ({ keyed = [], heads = [], files = filesOf() } = {}) => verifyChain({ lines: () => linesOfFiles(files), keyed, heads })
  }
}

function write (log: ChainedLog, count: number): void {
  for (let line = 0; line < count; line += 1) log.append('decision', { call: `call-${line}`, subject: 'é—日本' }, false)
}

const linesIn = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)

t.test('chain — goes on across files and restarts, and says which lines are deleted', async t => {
  covers('operations.audit-chain', 'operations.audit-rotated')
  const { path, open, verify, deleted } = setUp(t)
  for (let run = 0; run < 10; run += 1) {
    const log = open({ maxBytes: 2000, keepFiles: 3 })
    write(log, 7)
    log.close()
  }
  const verdict = verify()
  t.match(verdict, { kind: 'unbroken', head: { seq: 70 }, torn: 0, unfinishedBytes: 0 })
  t.match(deleted[0], { path: `${path}.3`, first: 1 })
  const ranges = deleted as Array<{ first: number, last: number }>
  t.strictSame(ranges.slice(1).map(({ first }) => first), ranges.slice(0, -1).map(({ last }) => last + 1),
    'no line is deleted without being told')
  t.equal(verdict.kind === 'unbroken' && verdict.first, (ranges.at(-1)?.last ?? 0) + 1)
  rmSync(`${path}.2`)
  t.match(verify(), { kind: 'missing', seq: Number(/"seq":(\d+)/.exec(linesIn(`${path}.3`).at(-1) ?? '')?.[1]) + 1 })
})

t.test('chain — any one change inside is found', t => {
  covers('operations.audit-chain')
  for (const key of [undefined, Buffer.alloc(32, 7)]) {
    const { path, open, verify } = setUp(t)
    const log = open({ hashOf: key === undefined ? undefined : keyedHash(key) })
    write(log, 12)
    log.close()
    const whole = readFileSync(path)
    const lines = linesIn(path)
    const check = (): ChainVerdict => verify({ keyed: key === undefined ? [] : [keyedHash(key)] })
    t.match(check(), { kind: 'unbroken', first: 1, lines: 12 })
    const changedLines = (change: (lines: string[]) => void): ChainVerdict => {
      const copy = [...lines]
      change(copy)
      writeFileSync(path, `${copy.join('\n')}\n`)
      return check()
    }
    fc.assert(fc.property(fc.nat(whole.length - 2), fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const copy = Buffer.from(whole)
      copy[at] = (copy[at] ?? 0) ^ difference
      writeFileSync(path, copy)
      return check().kind !== 'unbroken'
    }), { numRuns: 300 })
    fc.assert(fc.property(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 11 }),
      fc.constantFrom('delete', 'swap', 'repeat', 'foreign', 'blank', 'join'), (one, other, how) => {
        const verdict = changedLines(copy => {
          switch (how) {
            case 'delete': copy.splice(Math.max(one, 1), 1); break
            case 'swap': [copy[one], copy[one === other ? one + 1 : other]] = [copy[one === other ? one + 1 : other] ?? '',
              copy[one] ?? '']; break
            case 'repeat': copy.splice(one, 0, lines[other] ?? ''); break
            case 'foreign': copy.splice(one, 0, '{"event":"decision","granted":true}'); break
            case 'blank': copy.splice(one, 0, ''); break
            case 'join': copy.splice(one, 2, `${copy[one] ?? ''} ${copy[one + 1] ?? ''}`); break
          }
        })
        return verdict.kind !== 'unbroken'
      }), { numRuns: 100 })
    t.match(changedLines(copy => { copy.splice(4, 2) }), { kind: 'missing', at: { file: path, number: 5 }, seq: 5, lastSeq: 6 })
    t.match(changedLines(copy => { copy.splice(4, 0, copy.splice(6, 1)[0] ?? '') }), { kind: 'reordered', at: { number: 5 }, seq: 7 })
    t.match(changedLines(copy => { copy[4] = (copy[4] ?? '').replace('call-4', 'call-5') }), { kind: 'changed', at: { number: 5 }, seq: 5 })
    t.match(changedLines(copy => { copy[4] = 'x' }), { kind: 'changed', at: { number: 5 }, seq: 5 })
    t.match(changedLines(copy => { copy.splice(4, 0, 'x') }), { kind: 'inserted', at: { number: 5 } })
    t.match(changedLines(copy => { copy.splice(4, 0, lines[0] ?? '') }), { kind: 'begun-again', at: { number: 5 } })
  }
  t.end()
})

t.test('chain — what is cut off at the end shows only against a head that was kept', async t => {
  covers('operations.audit-chain')
  const { path, open, verify } = setUp(t)
  const log = open()
  write(log, 10)
  const head = log.head()
  log.close()
  t.match(verify({ heads: [head] }), { kind: 'unbroken', head })
  writeFileSync(path, `${linesIn(path).slice(0, 7).join('\n')}\n`)
  t.match(verify(), { kind: 'unbroken', head: { seq: 7 } })
  t.match(verify({ heads: [head] }), { kind: 'missing', at: undefined, seq: 8, lastSeq: 10 })
  const forged = open()
  write(forged, 3)
  forged.close()
  t.match(verify(), { kind: 'unbroken' }, 'without a key everybody can write a chain')
  t.match(verify({ heads: [head] }), { kind: 'changed', seq: 10 })
})

t.test('chain — with a key, lines that its holder did not write are found, and older ones without a key are kept', async t => {
  covers('operations.audit-chain')
  const { path, open, verify } = setUp(t)
  const [key, next] = [keyedHash(Buffer.alloc(32, 1)), keyedHash(Buffer.alloc(32, 2))]
  const extend = (hashOf: LineHash): void => {
    const log = open({ hashOf })
    write(log, 3)
    log.close()
  }
  extend(plainHash)
  t.match(verify({ keyed: [key] }), { kind: 'unprotected', at: undefined, seq: 1 })
  extend(key)
  t.match(verify({ keyed: [key] }), { kind: 'unbroken', lines: 6 })
  t.match(verify(), { kind: 'changed', seq: 4 }, 'not without the key')
  extend(next)
  t.match(verify({ keyed: [key] }), { kind: 'changed', seq: 7 })
  t.match(verify({ keyed: [key, next] }), { kind: 'unbroken', lines: 9 })
  const lines = linesIn(path)
  extend(plainHash)
  t.match(verify({ keyed: [key, next] }), { kind: 'unprotected', at: { number: 10 }, seq: 10 })
  writeFileSync(path, `${lines.slice(0, 4).join('\n')}\n`)
  extend(plainHash)
  t.match(verify({ keyed: [key, next] }), { kind: 'unprotected', seq: 5 }, 'a new end without the key')
})

t.test('chain — a line that was written in part is acknowledged by the next one, whatever was written of it', async t => {
  covers('operations.audit-chain')
  const { path, open, verify } = setUp(t)
  const first = open()
  write(first, 3)
  first.close()
  const whole = readFileSync(path)
  const start = whole.subarray(0, -1).lastIndexOf('\n') + 1
  for (let size = start; size <= whole.length; size += 7) {
    writeFileSync(path, whole)
    truncateSync(path, size)
    t.match(verify(), { kind: 'unbroken', unfinishedBytes: size - start < whole.length - 1 - start ? size - start : 0 })
    const log = open()
    write(log, 2)
    log.close()
    t.match(verify(), { kind: 'unbroken', torn: size > start && size < whole.length - 1 ? 1 : 0 }, `${size - start} bytes`)
  }
  t.equal(linesIn(path).filter(line => line === '').length, 0)
  truncateSync(path, whole.length - 9)
  const log = open()
  write(log, 1)
  log.close()
  const [fragment = ''] = linesIn(path).slice(2)
  writeFileSync(path, readFileSync(path, 'utf8').replace(`${fragment}\n`, ''))
  t.match(verify(), { kind: 'missing', seq: 3 }, 'and the part that it acknowledges cannot be taken away')
})

t.test('chain — a file of an older version is put aside, foreign lines at the end are not taken for the chain', async t => {
  covers('operations.audit-chain')
  const { path, open, verify } = setUp(t)
  writeFileSync(path, '{"time":"2026-01-01T00:00:00.000Z","event":"decision"}\n')
  const log = open()
  write(log, 2)
  log.close()
  t.strictSame(linesIn(`${path}.1`).length, 1)
  t.match(verify({ files: [path] }), { kind: 'unbroken', first: 1, lines: 2 })
  appendFileSync(path, '{"event":"decision","granted":true}\n')
  const next = open()
  write(next, 2)
  next.close()
  t.match(verify({ files: [path] }), { kind: 'inserted', at: { file: path, number: 3 } })
  t.equal(next.head().seq, 4)
  t.equal(CHAIN_START.hash.length, plainHash('').length)
})
