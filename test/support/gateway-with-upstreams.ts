// A gateway in memory with the tools of other servers, which are stubs of the port: what a client sees of a proxied tool.

import type { Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createToolSet } from '../../src/mcp/tool-set.ts'
import { explainAuthorization } from '../../src/mcp/explain/explain-authorization.ts'
import type { Accounts } from '../../src/proxy/calls/call-accounts.ts'
import type { ProxyEvent } from '../../src/proxy/proxy-event.ts'
import { createUpstreamTools } from '../../src/proxy/upstream-tools.ts'
import { createTestClock } from '../../src/testing/test-clock.ts'
import { createTestGateway } from '../../src/testing/test-gateway.ts'
import type { TestToken } from '../../src/testing/test-authorization-server.ts'
import type { CreateUpstream } from '../../src/upstream/upstream-port.ts'
import { compiledFrom, PAYMENT_FILES, PAYMENT_TOOLS } from './upstream-files.ts'
import { upstreamStub } from './upstream-stub.ts'

export const PAYING: TestToken = {
  scopes: ['payments:read', 'payments:transfer'],
  authorizationDetails: [{ type: 'payment', actions: ['transfer'], maxAmount: 10_000, currency: 'JPY' }]
}

export const TRANSFER = { amount: 10_000, currency: 'JPY', to: 'acct-7' }

function compiled (files: Parameters<typeof compiledFrom>[0]) {
  const made = compiledFrom(files)
  if (!made.ok) throw new Error(made.error.map(({ path, expected }) => `${path}: ${expected}`).join('; '))
  return made.value
}

interface GatewayParts {
  readonly files?: Parameters<typeof compiledFrom>[0]
  readonly tools?: readonly JsonObject[]
  readonly revision?: string
  readonly accounts?: Accounts
  /** In place of the stub: real connections. */
  readonly createUpstream?: CreateUpstream
  readonly secondOpinion?: { readonly url: string }
  /** Where traces are sent; absent: there are none. */
  readonly traces?: string
  /** Of the console on 127.0.0.1; absent: there is none. */
  readonly consolePort?: number
}

export async function gatewayWithUpstreams (t: Test, parts: GatewayParts = {}) {
  const { files = PAYMENT_FILES, tools = PAYMENT_TOOLS, revision = '2025-11-25', accounts, secondOpinion, traces, consolePort } = parts
  const events: ProxyEvent[] = []
  const stub = upstreamStub(tools, revision)
  const clock = createTestClock()
  const upstreams = createUpstreamTools(compiled(files), {
    createUpstream: parts.createUpstream ?? stub.create, clock, observe: event => { events.push(event) }, accounts
  })
  const toolSet = createToolSet([explainAuthorization({ locale: 'en' })], [upstreams.source])
  const gateway = await createTestGateway({
    tools: toolSet,
    config: {
      ...(traces === undefined ? {} : { tracing: { endpoint: traces } }),
      ...(consolePort === undefined ? {} : { console: { enabled: true, host: '127.0.0.1', port: consolePort } }),
      policy: {
        authorizationDetailsWhenAbsent: 'allow', remediation: 'draft', ...(secondOpinion === undefined ? {} : { secondOpinion })
      }
    }
  })
  t.teardown(async () => {
    await gateway.close()
    await upstreams.close(0)
  })
  return { gateway, stub, events, clock, upstreams, toolSet }
}
