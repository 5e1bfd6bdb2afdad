// Another MCP server for tests of src/proxy: the port without a network. It keeps what it was asked, and answers as a test says.

import { ok } from '../../src/kernel/result.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import type {
  CreateUpstream, ListingProblem, UpstreamCall, UpstreamEvent, UpstreamOutcome, UpstreamPerson, UpstreamSettings
} from '../../src/upstream/upstream-port.ts'
import type { Result } from '../../src/kernel/result.ts'
import type { UpstreamListing } from '../../src/upstream/upstream-port.ts'

export interface UpstreamStub {
  readonly create: CreateUpstream
  readonly calls: UpstreamCall[]
  readonly settings: UpstreamSettings[]
  lists: number
  closed: number
  /** What is listed from now on. */
  tools: readonly JsonObject[]
  listing: (() => Promise<Result<UpstreamListing, ListingProblem>>) | undefined
  answer: (call: UpstreamCall) => UpstreamOutcome | Promise<UpstreamOutcome>
  tell: (event: UpstreamEvent) => void
  /** A session has begun, or a process has started, for this caller. */
  connected: (caller: UpstreamPerson) => void
}

export function upstreamStub (tools: readonly JsonObject[], revision = '2025-11-25'): UpstreamStub {
  const stub: UpstreamStub = {
    calls: [],
    settings: [],
    lists: 0,
    closed: 0,
    tools,
    listing: undefined,
    answer: () => ({ kind: 'answered', result: { content: [{ type: 'text', text: 'done' }] } }),
    tell: () => {},
    connected: () => {},
    create: (name, settings, { onEvent, onConnected }) => {
      stub.settings.push(settings)
      stub.tell = event => { onEvent?.(event) }
      stub.connected = caller => { onConnected?.(caller) }
      return {
        name,
        async list () {
          stub.lists += 1
          if (stub.listing !== undefined) return stub.listing()
          return ok({ revision, server: { name: 'acme', version: '1.0.0' }, capabilities: { tools: {} }, tools: stub.tools })
        },
        async call (call) {
          stub.calls.push(call)
          return stub.answer(call)
        },
        state: () => ({ breaker: 'closed', connections: 0, callsInFlight: 0, strayMessages: 0 }),
        async close () { stub.closed += 1 }
      }
    }
  }
  return stub
}
