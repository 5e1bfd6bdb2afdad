// What does a server answer to a person with curl? Each request is really made by the curl program, with the command
// that is shown.

import { spawn } from 'node:child_process'
import { isJsonObject, type JsonObject } from '../../src/kernel/json.ts'
import { TutorialFailure, type Narrator } from './narrator.ts'

const DEADLINE_SECONDS = 20
/** curl's exit codes for a server that is not there: name, connection, time, empty answer. */
const NOT_THERE = new Set([6, 7, 28, 52, 56])

export interface Answer {
  readonly statusLine: string
  readonly status: number
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface Curl {
  /** @param words the arguments as the tutorial writes them, the address among them */
  readonly request: (url: string, ...words: string[]) => Promise<Answer>
}

export function createCurl (narrator: Narrator): Curl {
  return {
    async request (url, ...words) {
      narrator.command(['curl', '-i', ...words, url])
      const quiet = ['-sS', '--max-time', String(DEADLINE_SECONDS), '-i', ...words, url]
      const { code, output } = await runProgram('curl', quiet)
      if (code !== 0) throw new TutorialFailure(explain(code, url))
      const answer = readAnswer(output.toString('utf8'))
      narrator.line(answer.statusLine)
      return answer
    }
  }
}

/** @throws TutorialFailure when the program is not installed */
interface Ended { readonly code: number, readonly output: Buffer }

export function runProgram (program: string, args: readonly string[], input: string | Buffer = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    child.once('error', () => { reject(new TutorialFailure(`${program} cannot be run: the tutorial needs it installed`)) })
    child.once('close', code => { resolve({ code: code ?? -1, output: Buffer.concat(chunks) }) })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** @throws TutorialFailure when the body is not a JSON object */
export function jsonOf (answer: Answer): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(answer.body)
  } catch {
    value = undefined
  }
  if (!isJsonObject(value)) throw new TutorialFailure(`expected a JSON object as the body of "${answer.statusLine}"`)
  return value
}

function explain (code: number, url: string): string {
  const { origin } = new URL(url)
  return NOT_THERE.has(code)
    ? `nothing answers at ${origin}: is the stack running? sh scripts/launch-local-server.sh starts it`
    : `curl could not talk to ${origin} (its exit code is ${code})`
}

function readAnswer (output: string): Answer {
  const end = output.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = output.slice(0, end === -1 ? undefined : end).split('\r\n')
  const headers = new Map(lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  }))
  return { statusLine, status: Number(statusLine.split(' ')[1]), headers, body: end === -1 ? '' : output.slice(end + 4) }
}
