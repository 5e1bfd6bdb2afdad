// `/health` and `/ready`: the process answers, and everything it depends on is available. Neither names an address or a reason; the log
// has them.

import type { FastifyInstance } from 'fastify'
import { JSON_TYPE } from '../answers/http-answer.ts'

export interface ReadinessCheck {
  /** Shown by `/ready`: lower case, hyphens. */
  readonly name: string
  /** Resolves when ready. */
  readonly check: () => Promise<void>
}

const HEADERS = { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } as const

/** A host's hook can tell these routes by it. */
const OURS = { mcpResourceGateway: true } as const

/** @param observe called with what each check found; must not throw */
export function registerHealth (
  instance: FastifyInstance, checks: readonly ReadinessCheck[], observe?: (check: string, isReady: boolean) => void
): void {
  instance.get('/health', { config: OURS }, (_request, reply) => reply.headers(HEADERS).send('{"status":"alive"}'))

  let pending: Promise<Readiness> | undefined
  const check = (): Promise<Readiness> => checkAll(instance, checks).finally(() => { pending = undefined })

  instance.get('/ready', { config: OURS }, async (_request, reply) => {
    // These routes need no token: requests at the same time share one check of the database and the authorization server.
    pending ??= check()
    const states = await pending
    for (const [name, state] of Object.entries(states)) observe?.(name, state === 'ready')
    const ready = Object.values(states).every(state => state === 'ready')
    return reply.code(ready ? 200 : 503).headers(HEADERS).send(JSON.stringify({ status: ready ? 'ready' : 'not ready', checks: states }))
  })
}

/** By the names of the checks. */
type Readiness = Readonly<Record<string, 'ready' | 'not ready'>>

async function checkAll ({ log }: FastifyInstance, checks: readonly ReadinessCheck[]): Promise<Readiness> {
  const results = await Promise.all(checks.map(async ({ name, check }) => {
    try {
      await check()
      return [name, 'ready'] as const
    } catch (error) {
      log.warn({ event: 'not-ready', check: name, detail: (error as { detail?: unknown }).detail }, 'not ready')
      return [name, 'not ready'] as const
    }
  }))
  return Object.fromEntries(results)
}
