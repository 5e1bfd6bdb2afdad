// What does a server cost? Each one runs in a separate process, which says what it has used when it is asked: the
// load and the other servers are not in the figure. Both ends of that conversation are here.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { placeServer } from './cores.ts'

/** CPU time of all threads of the process, user and system; memory after a collection, where that is exposed. */
export interface Usage {
  readonly cpuMicroseconds: number
  readonly heapBytes: number
  readonly residentBytes: number
}

type Question = 'usage' | 'usage-after-collection'
type Told = { readonly kind: 'listening', readonly port: number } | { readonly kind: 'usage', readonly usage: Usage }

/** In the child: says where it listens, answers every question, and ends with its parent. */
export function tellParent (port: number): void {
  process.on('message', (question: Question) => {
    if (question === 'usage-after-collection') collect()
    const { user, system } = process.cpuUsage()
    const { heapUsed, rss } = process.memoryUsage()
    tell({ kind: 'usage', usage: { cpuMicroseconds: user + system, heapBytes: heapUsed, residentBytes: rss } })
  })
  process.on('disconnect', () => process.exit())
  tell({ kind: 'listening', port })
}

function tell (told: Told): void {
  process.send?.(told)
}

/** Twice: what has a finalizer is gone after the second. */
function collect (): void {
  const { gc } = globalThis as { gc?: () => void }
  gc?.()
  gc?.()
}

export interface MeasuredProcess {
  readonly origin: string
  readonly usage: (question?: Question) => Promise<Usage>
  readonly end: () => Promise<void>
  /** Ends as a process does that has nothing more to do. */
  readonly leave: () => Promise<void>
}

export interface ProcessOptions {
  /** Handed to the program. */
  readonly args?: readonly string[]
  /** Handed to Node.js itself. */
  readonly nodeOptions?: readonly string[]
}

/**
 * Its standard output goes nowhere, as cheaply as the system can.
 * @param program relative to the compiled form of this file
 */
export async function startProcess (program: string, { args = [], nodeOptions = [] }: ProcessOptions = {}): Promise<MeasuredProcess> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), args, {
    execArgv: [...nodeOptions],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  const told = await answer(child, program)
  if (told.kind !== 'listening') throw new Error(`${program} did not say where it listens`)
  placeServer(child.pid)
  return {
    origin: `http://127.0.0.1:${told.port}`,
    async usage (question = 'usage') {
      child.send(question)
      const reply = await answer(child, program)
      if (reply.kind !== 'usage') throw new Error(`${program} did not say what it used`)
      return reply.usage
    },
    async leave () {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
    async end () {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
  }
}

function answer (child: ChildProcess, program: string): Promise<Told> {
  return new Promise((resolve, reject) => {
    const ended = () => { reject(new Error(`${program} ended`)) }
    child.once('exit', ended)
    child.once('message', message => {
      child.off('exit', ended)
      resolve(message as Told)
    })
  })
}
