// Is the gateway alive, and could it do its work? `/health` says that the process answers; `/ready` asks everything
// the work depends on. Neither names an address or a reason: the log does.

import type { FastifyInstance } from 'fastify'
import { JSON_TYPE } from './http-answer.ts'

export interface ReadinessCheck {
  /** Shown by `/ready`: lower case, hyphens. */
  readonly name: string
  /** Resolves when ready. */
  readonly check: () => Promise<void>
}

const HEADERS = { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } as const

export function registerHealth (instance: FastifyInstance, checks: readonly ReadinessCheck[]): void {
  instance.get('/health', (_request, reply) => reply.headers(HEADERS).send('{"status":"alive"}'))

  instance.get('/ready', async (request, reply) => {
    const results = await Promise.all(checks.map(async ({ name, check }) => {
      try {
        await check()
        return [name, 'ready'] as const
      } catch (error) {
        request.log.warn({ event: 'not-ready', check: name, detail: (error as { detail?: unknown }).detail }, 'not ready')
        return [name, 'not ready'] as const
      }
    }))
    const ready = results.every(([, state]) => state === 'ready')
    return reply.code(ready ? 200 : 503).headers(HEADERS)
      .send(JSON.stringify({ status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(results) }))
  })
}
