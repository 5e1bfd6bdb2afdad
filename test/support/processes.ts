// How does a test run a program, read its lines, and be sure that nothing of it is left? Processes are named by id.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

const DEADLINE_MS = 60_000

export interface RunningProgram {
  readonly pid: number
  /** All lines so far, standard output and errors in the order they came. */
  readonly lines: readonly string[]
  readonly stderr: () => string
  /** The first line that matches, seen already or still to come. Rejects when the program ends or the time is up. */
  readonly line: (pattern: RegExp) => Promise<string>
  /** Resolves with whatever it prints next. Rejects when the program ends or the time is up. */
  readonly nextLine: () => Promise<string>
  /** Resolves when it has ended and all its output was read. */
  readonly ended: Promise<{ readonly code: number | null, readonly signal: NodeJS.Signals | null }>
  readonly signal: (signal: NodeJS.Signals) => void
}

/** @param env besides PATH and HOME, which are passed on */
export function startProgram (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProgram {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const errors: string[] = []
  const watchers = new Set<() => void>()
  const see = (line: string) => {
    lines.push(line)
    for (const watcher of watchers) watcher()
  }
  createInterface({ input: child.stdout }).on('line', see)
  createInterface({ input: child.stderr }).on('line', line => { errors.push(line); see(line) })
  const ended = endOf(child)

  const firstLine = (from: number, pattern: RegExp) => new Promise<string>((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      watchers.delete(look)
      settle()
    }
    const fail = (why: string) => { finish(() => { reject(new Error(`${why} before a line like ${String(pattern)}:\n${lines.join('\n')}`)) }) }
    const look = () => {
      const found = lines.slice(from).find(line => pattern.test(line))
      if (found !== undefined) finish(() => { resolve(found) })
    }
    const timer = setTimeout(() => { fail('the time was up') }, DEADLINE_MS)
    watchers.add(look)
    look()
    ended.then(() => { fail('the program ended') }, reject)
  })

  return {
    pid: child.pid ?? -1,
    lines,
    stderr: () => errors.join('\n'),
    ended,
    signal: signal => { child.kill(signal) },
    line: pattern => firstLine(0, pattern),
    nextLine: () => firstLine(lines.length, /^/)
  }
}

function endOf (child: ChildProcess): RunningProgram['ended'] {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => { resolve({ code, signal }) })
  })
}

/** Ports that nothing listens at, on 127.0.0.1 as on ::1; all different. */
export async function freePorts (count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, () => { resolve(server) })
  })))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

interface ProcessEntry { readonly pid: number, readonly parent: number, readonly group: number }

/** The processes that this one started, what they started, and everything in their process groups. */
export function descendantsOf (pid: number): number[] {
  const all = listProcesses()
  const found = new Set([pid])
  const groups = new Set<number>()
  for (let before = 0; before !== found.size;) {
    before = found.size
    for (const entry of all) {
      if (!found.has(entry.parent) && !groups.has(entry.group)) continue
      found.add(entry.pid)
      if (entry.group === entry.pid) groups.add(entry.group)
    }
  }
  found.delete(pid)
  return [...found]
}

export function isRunning (pid: number): boolean {
  return listProcesses().some(entry => entry.pid === pid)
}

/** Without those that have ended and only wait to be collected. */
function listProcesses (): ProcessEntry[] {
  if (!existsSync('/proc/self/stat')) {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' })
    return stdout.trim().split('\n').map(line => line.trim().split(/\s+/)).filter(([, , , state]) => state?.startsWith('Z') !== true)
      .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }))
  }
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), group: Number(group) }]
    } catch {
      return []
    }
  })
}
