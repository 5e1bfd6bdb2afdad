// `audit verify` and `audit head`, as an operator runs them.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { keyedHash } from '../../src/audit/chain-line.ts'
import { openChainedLog } from '../../src/audit/chained-log.ts'
import { runAudit } from '../../src/cli/audit-command.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'

interface Ran { readonly status: number, readonly out: string, readonly errors: string }

function run (...args: string[]): Ran {
  let [out, errors] = ['', '']
  const status = runAudit(args, { write: text => { out += text }, writeError: text => { errors += text } })
  return { status, out, errors }
}

function makeLog (t: Test, key?: Buffer): { readonly folder: string, readonly path: string, readonly files: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'audit-command-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const path = join(folder, 'audit.log')
  const log = openChainedLog({
    path,
    maxBytes: 1500,
    keepFiles: 20,
    clock: createManualClock(),
    hashOf: key === undefined ? undefined : keyedHash(key),
    deleting: () => {},
    rotated: () => {}
  })
  for (let line = 0; line < 80; line += 1) log.append('decision', { line }, false)
  log.close()
  return { folder, path, files: readdirSync(folder).toSorted().map(name => join(folder, name)) }
}

t.test('audit — an unbroken chain is 0 and shows its head, whatever the order of the files', t => {
  covers('operations.audit-verify')
  const { files } = makeLog(t)
  const head = run('head', ...files)
  t.match(head, { status: 0, out: /^80:[\w-]{43}\n$/ })
  const verified = run('verify', ...files, '--head', head.out)
  t.match(verified, { status: 0, out: `unbroken: 80 lines, 1 to 80\nhead ${head.out}` })
  t.match(run('verify', ...files.slice(0, 2)), { status: 0, out: /earlier lines, up to \d+, are in no file given here/ })
  t.end()
})

t.test('audit — the first line that is wrong is named, with its file and its number, and the status is 1', t => {
  covers('operations.audit-verify')
  const { path, files } = makeLog(t)
  const text = readFileSync(`${path}.3`, 'utf8')
  const [, second = ''] = text.split('\n')
  const { seq } = JSON.parse(second) as { readonly seq: number }
  writeFileSync(`${path}.3`, text.replace(`${second}\n`, ''))
  t.match(run('verify', ...files), { status: 1, out: `missing (${path}.3, line 2): line ${seq} of the chain\n` })
  writeFileSync(`${path}.3`, text.replace(second, second.replace(/"line":\d+/, '"line":99')))
  t.match(run('verify', ...files), { status: 1, out: `changed (${path}.3, line 2): line ${seq} of the chain` })
  writeFileSync(`${path}.3`, text)
  rmSync(`${path}.4`)
  t.match(run('verify', ...files.filter(file => !file.endsWith('.4'))), { status: 1, out: /^missing \(.*\.3, line 1\): lines \d+ to \d+ of the chain\n$/ })
  t.match(run('verify', ...files), { status: 1, errors: /^a file cannot be read: ENOENT\n$/ })
  const cut = run('verify', path, '--head', `81:${'x'.repeat(43)}`)
  t.match(cut, { status: 1, out: 'missing (at the end): line 81 of the chain\n' })
  t.end()
})

t.test('audit — a key comes from a file, and a wrong command line is 2', t => {
  covers('operations.audit-verify')
  const key = Buffer.from('k'.repeat(40))
  const { folder, files } = makeLog(t, key)
  const file = join(folder, 'key')
  writeFileSync(file, `${key.toString()}\n`)
  t.match(run('verify', ...files, '--key-file', file), { status: 0 })
  t.match(run('verify', ...files), { status: 1, out: /if it was not written with a key \(--key-file\)/ })
  writeFileSync(file, 'short')
  t.match(run('verify', ...files, '--key-file', file), { status: 2, errors: /^--key-file: expected at least 32 bytes/ })
  t.match(run('verify', ...files, '--key-file', join(folder, 'none')), { status: 2, errors: /ENOENT/ })
  for (const args of [[], ['verify'], ['look', 'x'], ['verify', 'x', '--head', '1'], ['verify', 'x', '--deep']]) {
    t.equal(run(...args).status, 2, args.join(' '))
  }
  t.match(run('--help'), { status: 0, out: /^Usage: mcp-resource-gateway audit verify FILE/ })
  t.end()
})
