// Loads for a gateway: so many requests at a time or a second, with tokens of people or junk, and connections that send nothing.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'undici'

const PEOPLE = 200
export const CONNECTIONS = 16
/** More than this is not kept waiting by us; a real crowd would be no more patient. */
const MOST_IN_FLIGHT = 4000
const SILENT_CONNECTIONS = 2000
const BODY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_tickets', arguments: {} } })

export interface Target { readonly origin: string, readonly pid: number }
export interface Tally { readonly statuses: Map<string, number>, readonly latenciesMs: number[], heldBack: number }

let counted = 0
export const people = (): string => `person-${counted++ % PEOPLE}`
export const junk = (): string => `junk-${counted++}`

/** As many requests at a time as there are connections, at least one each: the next one starts when one is answered. */
export function steady (token: () => string) {
  return async (pool: Pool, tally: Tally, endAtMs: number): Promise<void> => {
    await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
      do await ask(pool, token(), tally)
      while (performance.now() < endAtMs)
    }))
  }
}

type Load = ReturnType<typeof steady>

/** A load while something else is there, which is taken away afterwards. */
export function beside (start: () => Promise<() => void>, load: Load): Load {
  return async (pool, tally, endAtMs) => {
    const end = await start()
    try {
      await load(pool, tally, endAtMs)
    } finally {
      end()
    }
  }
}

export function silence ({ origin }: Target) {
  return async (): Promise<() => void> => {
    const sockets: Socket[] = []
    for (let index = 0; index < SILENT_CONNECTIONS; index += 1) {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1')
      socket.on('error', () => {})
      sockets.push(socket)
      await once(socket, 'connect')
      if (index % 2 === 1) socket.write('POST /mcp HTTP/1.1\r\nHost: loc')
    }
    return () => { for (const socket of sockets) socket.destroy() }
  }
}

/** So many a second, answered or not. */
export function open (rate: number, token: () => string) {
  return async (pool: Pool, tally: Tally, endAtMs: number): Promise<void> => {
    let due = 0
    let inFlight = 0
    const underWay = new Set<Promise<void>>()
    for (let lastMs = performance.now(); lastMs < endAtMs;) {
      await delay(5)
      const nowMs = performance.now()
      due += rate * (nowMs - lastMs) / 1000
      lastMs = nowMs
      for (; due >= 1; due -= 1) {
        if (inFlight >= MOST_IN_FLIGHT) {
          tally.heldBack += 1
          continue
        }
        inFlight += 1
        const asked = ask(pool, token(), tally).finally(() => {
          inFlight -= 1
          underWay.delete(asked)
        })
        underWay.add(asked)
      }
    }
    await Promise.all(underWay)
  }
}

async function ask (pool: Pool, token: string, { statuses, latenciesMs }: Tally): Promise<void> {
  const startedMs = performance.now()
  let status = 'none'
  try {
    const response = await pool.request({
      method: 'POST',
      path: '/mcp',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
      body: BODY,
      headersTimeout: 20_000
    })
    await response.body.dump()
    status = String(response.statusCode)
  } catch {}
  statuses.set(status, (statuses.get(status) ?? 0) + 1)
  latenciesMs.push(performance.now() - startedMs)
}
