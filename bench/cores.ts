// Which core does a process run on? During a comparison the load has one and the servers have another: a process that is moved
// about finds its caches cold, and one that shares a core with the load waits for it in the midst of its collections. Where there
// is one core only, or no `taskset` (Linux), no process is placed.

import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Asked before anybody is placed: a process that has one core counts one. */
const CORES = availableParallelism()
const LOAD_CORE = '0'
const SERVER_CORE = '1'

let apart = false

/** `work` starts its own servers: those that run already stay where they are. */
export async function withCoresApart<Done> (work: () => Promise<Done>): Promise<Done> {
  apart = CORES > 1 && place(process.pid, LOAD_CORE)
  if (!apart) process.stderr.write('The load and the servers share their cores here: there is one alone, or no taskset.\n')
  try {
    return await work()
  } finally {
    if (apart) place(process.pid, `0-${CORES - 1}`)
    apart = false
  }
}

/** With all its threads, and those that it begins later. */
export function placeServer (pid: number | undefined): void {
  if (apart && pid !== undefined) place(pid, SERVER_CORE)
}

function place (pid: number, cores: string): boolean {
  return spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, String(pid)]).status === 0
}
