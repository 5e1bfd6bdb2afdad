// A gateway of several workers as built, and what its log says about them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { startGatewayServer, startPeopleServer, type CallOptions, type GatewayServer, type ToolAnswer } from './gateway-server.ts'

export const people = await startPeopleServer(t)

/** A path for a file of one test, in a folder that goes with it. */
export function pathFor (t: Test, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-workers-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return join(folder, name)
}

export function startWorkers (t: Test, changes: JsonObject = {}): Promise<GatewayServer> {
  return startGatewayServer(t, people, { workers: 2, storage: { url: `sqlite:${pathFor(t, 'tickets.db')}` }, ...changes })
}

/** Each over its own connection, so that all workers get some. */
export function callAtOnce (server: GatewayServer, count: number, options?: CallOptions): Promise<ToolAnswer[]> {
  return Promise.all(Array.from({ length: count }, () =>
    server.call('list_tickets', {}, { ...options, headers: { connection: 'close', ...options?.headers } })))
}

/** Who serves now, by number. */
export function pidsOf (server: GatewayServer): ReadonlyMap<number, number> {
  return new Map(server.logged('worker-ready').map(({ worker, pid }) => [Number(worker), Number(pid)]))
}

export function statusesOf (answers: readonly ToolAnswer[]): readonly number[] {
  return [...new Set(answers.map(({ status }) => status))]
}

export function workersThat (server: GatewayServer, event: string): readonly unknown[] {
  return [...new Set(server.logged(event).map(({ worker }) => worker))].sort()
}
