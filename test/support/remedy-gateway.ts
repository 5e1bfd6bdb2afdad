// A gateway with the ticket tools that says how a refusal is remedied, beside the practice server, both in this process: for tests in
// which a person agrees to more.

import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Test } from 'tap'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { freePorts } from './processes.ts'

type Line = Readonly<Record<string, unknown>>

interface RemedyGatewayOptions {
  /** Members of `authorizationServer` beside the usual ones. */
  readonly authorizationServer?: object
  /** Members of `policy` beside the usual one. */
  readonly policy?: object
  readonly onIntrospection?: () => void
}

export async function startRemedyGateway (t: Test, { authorizationServer = {}, policy = {}, onIntrospection }: RemedyGatewayOptions = {}) {
  const [port = 0] = await freePorts(1)
  const resource = `http://localhost:${port}/mcp`
  const practice = await createPracticeServer({ resources: [resource], ...(onIntrospection === undefined ? {} : { onIntrospection }) })
  t.teardown(practice.close)
  const lines: Line[] = []
  const sink = new Writable({ write (chunk: Buffer, _encoding, done) { lines.push(JSON.parse(chunk.toString()) as Line); done() } })
  const { id: clientId, secret: clientSecret } = practice.introspectionClient
  const app = await createApp({
    settings: fixedSettings(parseConfig({
      port,
      resource: { identifier: resource },
      authorizationServer: { issuer: practice.issuer, introspection: { clientId, clientSecret }, ...authorizationServer },
      policy: { remediation: 'draft', ...policy },
      storage: { url: 'sqlite::memory:' }
    })),
    logger: pino({ base: null }, sink),
    version: '0.0.0-test',
    openService: openTicketService
  })
  await app.listen({ host: 'localhost', port })
  t.teardown(() => { app.server.closeAllConnections(); return app.close() })
  return {
    resource,
    practice,
    /** The decision lines of calls. */
    decisions: () => lines.filter(({ event, method }) => event === 'decision' && method === 'tools/call')
  }
}
