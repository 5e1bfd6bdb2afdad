// The thread in which `check` talks to a server and judges its answers: main thread and terminal stay free, whatever the server sends.

import { parentPort, workerData } from 'node:worker_threads'
import { inspectServer, type CheckOptions } from '../check/inspect.ts'
import { parseTarget } from '../check/target.ts'

/** All of it can be copied to a thread. */
export interface CheckTask {
  readonly address: string
  readonly options: Pick<CheckOptions, 'token' | 'origin' | 'timeoutMs' | 'deadlineMs'>
}

const { address, options } = workerData as CheckTask
const target = parseTarget(address)
if (!target.ok) throw new Error(target.error)
// A rejection ends the thread with an error: nothing is awaited here, because the bundled program is CommonJS.
inspectServer(target.value, options).then(report => { parentPort?.postMessage(report) }, (error: unknown) => { throw error })
