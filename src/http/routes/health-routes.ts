// Is the gateway alive, and could it do its work? `/health` says that the process answers; `/ready` asks everything
// the work depends on. Neither names an address or a reason: the log does.

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

export function registerHealth (instance: FastifyInstance, checks: readonly ReadinessCheck[]): void {
  instance.get('/health', { config: OURS }, (_request, reply) => reply.headers(HEADERS).send('{"status":"alive"}'))

  let underWay: Promise<Readiness> | undefined
  const ask = (): Promise<Readiness> => askAll(instance, checks).finally(() => { underWay = undefined })

  instance.get('/ready', { config: OURS }, async (_request, reply) => {
    // Anybody may ask, as often as they like: the database and the authorization server are asked once at a time.
    underWay ??= ask()
    const states = await underWay
    const ready = Object.values(states).every(state => state === 'ready')
    return reply.code(ready ? 200 : 503).headers(HEADERS).send(JSON.stringify({ status: ready ? 'ready' : 'not ready', checks: states }))
  })
}

/** By the names of the checks. */
type Readiness = Readonly<Record<string, 'ready' | 'not ready'>>

async function askAll ({ log }: FastifyInstance, checks: readonly ReadinessCheck[]): Promise<Readiness> {
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
