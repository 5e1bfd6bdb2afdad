// `audit`: verifies the chain of the audit log's files, and shows its head. Reads files only, and needs no configuration.

import { readAuditKey } from '../audit/audit-key.ts'
import { keyedHash, parseChainLine, type ChainPosition, type LineHash } from '../audit/chain-line.ts'
import { linesOfFiles } from '../audit/file-lines.ts'
import { verifyChain, type ChainProblem, type ChainVerdict } from '../audit/verify-chain.ts'
import { complain, EXIT, readCommandLine, type Terminal } from './command-line.ts'
import { AUDIT_OPTIONS } from './command-options.ts'

const USAGE = `Usage: mcp-resource-gateway audit verify FILE… [options]
       mcp-resource-gateway audit head FILE…

verify  finds the first line of the audit log that is missing, changed, out of order or
        inserted. Give all files of one log, in any order: /var/log/gateway/audit.log*
head    prints the number and the hash of the last line, as SEQ:HASH. Keep it elsewhere:
        lines that are cut off at the end show only against it

  --key-file FILE  the key of audit.keyFile; several times after a change of the key
  --head SEQ:HASH  a head that was kept: its line must be there; several times for several
  --help           prints this

Exit status: 0 when the chain is unbroken, 1 when not, 2 for a wrong command line.
`

export function runAudit (args: readonly string[], terminal: Terminal): number {
  const read = readCommandLine(args, USAGE, AUDIT_OPTIONS, terminal)
  if (typeof read === 'number') return read
  const [action, ...files] = read.operands
  if ((action !== 'verify' && action !== 'head') || files.length === 0) return complain(terminal, 'expected verify or head, and files')
  const keyed: LineHash[] = []
  for (const file of read.values['key-file'] ?? []) {
    const key = readAuditKey(file)
    if (!key.ok) return complain(terminal, `--key-file: ${key.error}`)
    keyed.push(keyedHash(key.value))
  }
  const heads = (read.values.head ?? []).map(parseHead)
  if (!heads.every(head => head !== undefined)) return complain(terminal, '--head: expected SEQ:HASH')
  try {
    const ordered = inOrder(files)
    return action === 'head' ? showHead(ordered, terminal) : verify(ordered, keyed, heads, terminal)
  } catch (error) {
    terminal.writeError(`a file cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}\n`)
    return EXIT.bad
  }
}

function verify (files: readonly string[], keyed: readonly LineHash[], heads: readonly ChainPosition[], terminal: Terminal): number {
  const verdict = verifyChain({ lines: () => linesOfFiles(files), keyed, heads })
  terminal.write(`${textOf(verdict, keyed.length > 0)}\n`)
  return verdict.kind === 'unbroken' ? EXIT.good : EXIT.bad
}

function showHead (files: readonly string[], terminal: Terminal): number {
  let last: ChainPosition | undefined
  for (const { bytes } of linesOfFiles(files)) last = parseChainLine(bytes) ?? last
  if (last === undefined) {
    terminal.writeError('no line of a chain\n')
    return EXIT.bad
  }
  terminal.write(`${last.seq}:${last.hash}\n`)
  return EXIT.good
}

/** By the number of the first line, since the shell puts audit.log before audit.log.1, and audit.log.10 before audit.log.2. */
function inOrder (files: readonly string[]): readonly string[] {
  return files.map(file => ({ file, first: firstOf(file) })).toSorted((one, other) => one.first - other.first).map(({ file }) => file)
}

function firstOf (file: string): number {
  for (const { bytes } of linesOfFiles([file])) {
    const line = parseChainLine(bytes)
    if (line !== undefined) return line.seq
  }
  return Number.MAX_SAFE_INTEGER
}

function parseHead (text: string): ChainPosition | undefined {
  const [, seq, hash] = /^(\d{1,15}):([\w-]{43})$/.exec(text.trim()) ?? []
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash }
}

function textOf (verdict: ChainVerdict, withKey: boolean): string {
  if (verdict.kind === 'empty') return 'no line of a chain'
  if (verdict.kind !== 'unbroken') return problemText(verdict, withKey)
  const { first, head, lines, torn, unfinishedBytes } = verdict
  return [
    `unbroken: ${lines} lines, ${first} to ${head.seq}`,
    ...first === 1 ? [] : [`earlier lines, up to ${first - 1}, are in no file given here`],
    ...torn === 0 ? [] : [`${torn} lines were written in part, as the log itself says`],
    ...unfinishedBytes === 0 ? [] : [`${unfinishedBytes} bytes at the end are no whole line yet`],
    `head ${head.seq}:${head.hash}`
  ].join('\n')
}

function problemText ({ kind, at, seq, lastSeq }: ChainProblem, withKey: boolean): string {
  const where = at === undefined ? 'at the end' : `${at.file}, line ${at.number}`
  const line = seq === undefined ? 'a line' : `line ${seq} of the chain`
  switch (kind) {
    case 'missing': return lastSeq === undefined
      ? `missing (${where}): what ${line} says was written in part before it`
      : `missing (${where}): ${seq === lastSeq ? line : `lines ${seq ?? ''} to ${lastSeq} of the chain`}`
    case 'changed': return `changed (${where}): ${line}${withKey ? '' : ', if it was not written with a key (--key-file)'}`
    case 'reordered': return `reordered (${where}): ${line} stands before earlier ones`
    case 'inserted': return `inserted (${where}): ${line}`
    case 'unprotected': return `unprotected (${where}): ${line} was written without the key`
    case 'begun-again': return `begun again (${where}): the chain starts at 1 a second time; the files before it were moved or deleted`
  }
}
