// A hostile MCP server over stdio, as a program. Its one argument is JSON: the revision, and what it does besides answering.

import { spawn } from 'node:child_process'
import { appendFileSync, readdirSync, writeSync } from 'node:fs'
import {
  answerWithReplies, handshakeResult, pageOf, reactionTo, SERVER_REQUESTS, type CallMessage, type HostileSession, type ListingScript
} from './hostile-reactions.ts'

type Json = Record<string, unknown>

export interface HostileStdioOptions {
  readonly revision: string
  readonly listing?: ListingScript
  /** Each message that comes is added to this file, a line each. */
  readonly seenFile?: string
  /** Each start is added to this file. */
  readonly startsFile?: string
  /** `crash`: ends at once. `silent`: never answers `initialize`. `crash-after`: ends when it has answered `initialize`. */
  readonly start?: 'crash' | 'silent' | 'crash-after'
  /** Goes on after the end of its input and ignores SIGTERM. */
  readonly stubborn?: boolean
}

const options = JSON.parse(process.argv[2] ?? '{}') as HostileStdioOptions
const { revision, listing = {}, seenFile, startsFile, start, stubborn = false } = options
const modern = revision >= '2026'
const session: HostileSession = { calls: 0 }
const waiting = new Map<string, (reply: Json) => void>()

if (startsFile !== undefined) appendFileSync(startsFile, `${JSON.stringify({ pid: process.pid, args: process.argv.slice(3) })}\n`)
if (start === 'crash') process.exit(3)
if (stubborn) {
  process.on('SIGTERM', () => {})
  setInterval(() => {}, 1000)
}

function send (message: unknown): void {
  writeAll(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
}

let dripping = false
let held = ''

/** Also when the pipe is full. What comes while a line drips waits for its end. */
function writeAll (text: string): void {
  if (dripping) held += text
  else writeNow(text)
}

function writeNow (text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'EAGAIN') throw failure
    }
  }
}

function own (name: string): Json | undefined {
  switch (name) {
    case 'environment': return { environment: process.env, cwd: process.cwd(), home: readdirSync(process.env['HOME'] ?? '/') }
    case 'arguments': return { arguments: process.argv.slice(3), pid: process.pid }
    case 'family': return { pids: [process.pid, spawn('sh', ['-c', 'sleep 1000 & sleep 1000'], { stdio: 'inherit' }).pid] }
    case 'errors': {
      process.stderr.write('e'.repeat(1_000_000))
      return {}
    }
    default: return undefined
  }
}

async function call (message: CallMessage): Promise<void> {
  const structuredContent = own(message.params.name)
  if (structuredContent !== undefined) {
    return send({ jsonrpc: '2.0', id: message.id, result: { ...(modern && { resultType: 'complete' }), content: [], structuredContent } })
  }
  if (message.params.name === 'endless') {
    writeNow(`{"jsonrpc":"2.0","id":${message.id},"result":{"content":"`)
    setInterval(() => { process.stdout.write('x'.repeat(65_536)) }, 5)
    return
  }
  const { messages, then } = reactionTo(message, session, modern)
  const lines = messages.map(entry => `${typeof entry === 'string' ? entry : JSON.stringify(entry)}\n`).join('')
  switch (then) {
    case 'crash': return process.exit(1)
    case 'half':
      writeAll(lines.slice(0, 20))
      return process.exit(1)
    case 'drip':
      dripping = true
      for (const character of lines) {
        writeNow(character)
        await new Promise(resolve => setImmediate(resolve))
      }
      dripping = false
      writeNow(held)
      held = ''
      return
    case 'replies': {
      const replies = Promise.all(SERVER_REQUESTS.map((_, index) => new Promise<Json>(resolve => { waiting.set(`ask-${index}`, resolve) })))
      writeAll(lines)
      return send(answerWithReplies(message.id, await replies, modern))
    }
    case 'hang':
    case undefined:
      writeAll(lines)
  }
}

async function answer (message: Json): Promise<void> {
  const { id, method } = message
  if (typeof method !== 'string') return waiting.get(String(id))?.(message)
  if (id === undefined) return
  const unknown = { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }
  switch (method) {
    case 'initialize':
      if (start === 'silent') return
      send(modern ? unknown : { jsonrpc: '2.0', id, result: handshakeResult(method, revision) })
      if (start === 'crash-after') process.exit(4)
      return
    case 'server/discover': return send(modern ? { jsonrpc: '2.0', id, result: handshakeResult(method, revision) } : unknown)
    case 'tools/list': return send(
      { jsonrpc: '2.0', id, result: pageOf((message['params'] as Json | undefined)?.['cursor'], listing, modern) }
    )
    case 'tools/call': return call(message as unknown as CallMessage)
  }
}

// Not readline, which also ends a line at U+2028 in newer versions of Node.js; MCP ends one at a line feed alone.
let received = ''
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  const lines = (received + chunk).split('\n')
  received = lines.pop() ?? ''
  for (const line of lines) {
    if (seenFile !== undefined) appendFileSync(seenFile, `${line}\n`)
    answer(JSON.parse(line) as Json).catch(() => { process.exit(5) })
  }
})
