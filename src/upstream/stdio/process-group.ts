// An upstream process and everything it starts, as one process group. It is ended as a group: a signal to the first process alone left two
// of three processes of a tree `sh`, `sh`, `sleep` (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio#shutdown).

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { StdioTransport } from '../upstream-port.ts'

export type UpstreamChild = ChildProcessByStdio<Writable, Readable, Readable>

/** After the end of its input a process has so long, and after SIGTERM so long. */
const AFTER_INPUT_MS = 2000
const AFTER_TERM_MS = 3000
const LOOK_MS = 25

/** Groups that still run when the gateway exits without having closed them. */
const running = new Set<number>()

function killAll (): void {
  for (const pid of running) signalGroup(pid, 'SIGKILL')
}

export interface ProcessStart {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Record<string, string>
  readonly user: StdioTransport['user']
}

/** No shell. A program that cannot be started is an `error` event of the child. */
export function startProcess ({ command, args, cwd, env, user }: ProcessStart): UpstreamChild {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'], ...user })
  const { pid } = child
  if (pid !== undefined) {
    if (running.size === 0) process.on('exit', killAll)
    running.add(pid)
  }
  return child
}

/** Ends the input, then sends SIGTERM, then SIGKILL. Resolves when no process of the group is left, or after SIGKILL. */
export async function endGroup (child: UpstreamChild): Promise<void> {
  const { pid } = child
  if (pid === undefined) return
  child.stdin.end()
  if (!await endsWithin(child, pid, AFTER_INPUT_MS)) {
    signalGroup(pid, 'SIGTERM')
    if (!await endsWithin(child, pid, AFTER_TERM_MS)) signalGroup(pid, 'SIGKILL')
  }
  running.delete(pid)
  if (running.size === 0) process.off('exit', killAll)
}

/** The first process may end before those that it started, which get SIGTERM then. */
async function endsWithin (child: UpstreamChild, pid: number, ms: number): Promise<boolean> {
  const endsAt = performance.now() + ms
  while (signalGroup(pid, 0)) {
    if (performance.now() > endsAt) return false
    if (child.exitCode !== null || child.signalCode !== null) signalGroup(pid, 'SIGTERM')
    await delay(LOOK_MS)
  }
  return true
}

/** @returns whether the group exists */
function signalGroup (pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}
