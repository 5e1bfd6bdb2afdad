// A gateway over a socket whose tool works until the test ends it, and requests to that tool.

import { once } from 'node:events'
import http from 'node:http'
import type { Test } from 'tap'
import { z } from 'zod'
import { defineTool, type ToolCall } from '../../src/index.ts'
import { eventually } from './eventually.ts'
import { message } from './gateway.ts'
import { startProtectedGateway, type ProtectedGateway, type ProtectedGatewayOptions } from './protected-gateway.ts'

const READ = 'mcp:tickets:read'
const nothing = z.strictObject({})

/** A tool in the hand of the test: it begins, does as told, and ends. */
interface Work {
  readonly call: ToolCall
  readonly finish: (text: string) => void
}

interface Setting {
  readonly gateway: ProtectedGateway
  readonly token: string
  /** The next call that reaches the tool. */
  readonly nextWork: () => Promise<Work>
}

export async function setUp (t: Test, config: ProtectedGatewayOptions['config'] = {}): Promise<Setting> {
  const arrived: Work[] = []
  const waiting: Array<(work: Work) => void> = []
  const work = defineTool({
    name: 'work',
    title: 'Work',
    description: 'Works until the test says that it is done',
    input: nothing,
    output: nothing,
    access: { scopes: [READ] },
    run: async (_permit, _input, call) => {
      const text = await new Promise<string>(resolve => {
        const one = { call, finish: resolve }
        const taker = waiting.shift()
        if (taker === undefined) arrived.push(one)
        else taker(one)
      })
      return { kind: 'completed', text, structured: {} }
    }
  })
  const say = defineTool({
    name: 'say',
    title: 'Say',
    description: 'Answers at once',
    input: z.strictObject({ word: z.string() }),
    output: nothing,
    access: { scopes: [READ] },
    run: async (_permit, { word }) => ({ kind: 'completed', text: word, structured: {} })
  })
  const forbidden = defineTool({
    ...say,
    name: 'forbidden',
    access: { scopes: ['mcp:tickets:write'] },
    input: nothing,
    output: nothing,
    run: async () => ({ kind: 'completed', text: '', structured: {} })
  })
  const gateway = await startProtectedGateway({ tools: [work, say, forbidden], config })
  t.teardown(() => gateway.close())
  return {
    gateway,
    token: await gateway.token(READ),
    nextWork: () => {
      const one = arrived.shift()
      return one === undefined ? new Promise(resolve => { waiting.push(resolve) }) : Promise.resolve(one)
    }
  }
}

interface Posted {
  readonly request: http.ClientRequest
  readonly response: Promise<http.IncomingMessage>
}

interface PostOptions {
  readonly args?: object
  readonly era?: 'modern' | 'legacy'
  readonly meta?: Readonly<Record<string, unknown>>
  readonly accept?: string
  readonly agent?: http.Agent
  readonly id?: number
}

export function post (
  { gateway, token }: Setting, name: string,
  { args = {}, era = 'modern', meta = {}, accept = 'application/json, text/event-stream', agent, id = 1 }: PostOptions = {}
): Posted {
  const built = message('tools/call', { name, arguments: args }, { era, meta, name, id })
  const request = http.request(gateway.url, { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept, ...built.headers } })
  const response = once(request, 'response').then(([answer]) => answer as http.IncomingMessage)
  request.end(JSON.stringify(built.body))
  return { request, response }
}

export async function textOf (response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export async function logged ({ gateway }: Setting, wanted: Readonly<Record<string, unknown>>): Promise<void> {
  await eventually('the decision line', () =>
    gateway.decisions.some(line => Object.entries(wanted).every(([name, value]) => line[name] === value)))
}
