// A gateway with whatever configuration a test has, on the network, with a clock that stands still and everything it decided.

import type { FastifyInstance } from 'fastify'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Test } from 'tap'
import type { z } from 'zod'
import { createApp, type AppOptions } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { parseConfig } from '../../src/config/parse.ts'
import type { gatewayConfigSchema } from '../../src/config/schema.ts'
import { createLiveSettings } from '../../src/config/settings.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { createManualClock } from './manual-clock.ts'
import { answerOf, message, post, RESOURCE, type CallAnswer, type LogLine } from './gateway.ts'

export type ConfigInput = z.input<typeof gatewayConfigSchema>

export interface ConfiguredGateway {
  readonly app: FastifyInstance
  /** Everything that was logged. */
  readonly log: () => string
  readonly decisions: () => readonly LogLine[]
  /** One `tools/call`, or another method when no tool is named. */
  readonly call: (call: GatewayCall) => Promise<CallAnswer>
  /** As SIGHUP does, with these sections in place of the former ones. */
  readonly reload: (changes: Partial<ConfigInput>) => void
  readonly metadata: () => Promise<Readonly<Record<string, unknown>>>
}

interface GatewayCall {
  readonly token?: string
  readonly tool?: string
  readonly args?: unknown
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

type Options = Pick<AppOptions, 'dispatcher' | 'observe'> & { readonly clock?: Clock }

/** @param config its sections replace those of the tests; the resource is RESOURCE unless it says otherwise */
export async function configureGateway (
  t: Test, config: Omit<ConfigInput, 'resource'> & Partial<Pick<ConfigInput, 'resource'>>,
  { clock = createManualClock(), ...options }: Options = {}
): Promise<ConfiguredGateway> {
  const chunks: string[] = []
  const sink = new Writable({
    write (chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString())
      done()
    }
  })
  const parse = (changes: Partial<ConfigInput>) => parseConfig({
    resource: { identifier: RESOURCE },
    storage: { url: 'sqlite::memory:' },
    limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 0 },
    log: { level: 'trace' },
    ...config,
    ...changes
  })
  const settings = createLiveSettings(parse({}))
  const app = await createApp({
    settings,
    logger: pino({ level: 'trace', base: null }, sink),
    version: '0.0.0-test',
    openService: openTicketService,
    clock,
    ...options
  })
  t.teardown(() => app.close())
  await app.ready()
  const log = () => chunks.join('')
  return {
    app,
    log,
    reload: changes => { settings.replace(parse(changes)) },
    decisions: () =>
      log().split('\n').filter(line => line !== '').map(line => JSON.parse(line) as LogLine).filter(({ event }) => event === 'decision'),
    call ({ token, tool, args = {}, method = 'tools/call', headers = {} }) {
      const built = message(method, tool === undefined ? {} : { name: tool, arguments: args })
      return post({ app }, built.body, { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...built.headers, ...headers })
    },
    async metadata () {
      const { body } = answerOf(await app.inject('/.well-known/oauth-protected-resource'))
      return body as Readonly<Record<string, unknown>>
    }
  }
}
