// What a body costs: the processor time of one request with a large, deep or wide body of a size that the default accepts, against that
// of a ping. Measured, so it runs in the night only (scripts/fuzz.ts), and a suspicious body is measured again.

import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import fc from 'fast-check'
import type { Test } from 'tap'
import type { FuzzProperty } from './fuzz-properties.ts'
import { buildGateway, message } from './gateway.ts'
import { portOf } from './raw-request.ts'

const MOST_PINGS = 20
const BODY_BYTES = 65_536
const ATTEMPTS = 10
const REPEATS = 15
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: 'Bearer token-full' }
const PING = JSON.stringify(message('ping', {}).body)

const nestedLists = (bytes: number) => '['.repeat(Math.floor(bytes / 2)) + ']'.repeat(Math.floor(bytes / 2))
const nestedObjects = (bytes: number) => `${'{"a":'.repeat(Math.floor(bytes / 6))}1${'}'.repeat(Math.floor(bytes / 6))}`
const wide = (member: (index: number) => string) => (bytes: number) => {
  const members: string[] = []
  for (let size = 2, index = 0; ; index += 1) {
    const text = member(index)
    size += text.length + 1
    if (size > bytes) return members.join(',')
    members.push(text)
  }
}

/** JSON values of about so many bytes. */
const VALUES: Readonly<Record<string, (bytes: number) => string>> = {
  'nested lists': nestedLists,
  'nested objects': nestedObjects,
  'many members': bytes => `{${wide(index => `"${index.toString(36)}":1`)(bytes)}}`,
  'members of the prototype': bytes => `{${wide(index => `"__proto${index}__":{"constructor":1}`)(bytes)}}`,
  'many numbers': bytes => `[${wide(() => '1e308')(bytes)}]`,
  'many lists': bytes => `[${wide(() => '[]')(bytes)}]`,
  'a text of escapes': bytes => `"${'\\u0000'.repeat(Math.floor((bytes - 2) / 6))}"`,
  'a long text': bytes => `"${'x'.repeat(bytes - 2)}"`
}

const callOf = (tool: string, args: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}","arguments":${args}}}`

/** Where in a message the value stands. */
const PLACES: Readonly<Record<string, (value: string) => string>> = {
  alone: value => value,
  'a member of the message': value => `{"jsonrpc":"2.0","id":1,"method":"ping","more":${value}}`,
  'the id': value => `{"jsonrpc":"2.0","id":${value},"method":"ping"}`,
  params: value => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${value}}`,
  _meta: value => callOf('list_tickets', `{},"_meta":${value}`),
  arguments: value => callOf('search_tickets', value),
  'one argument': value => callOf('search_tickets', `{"title":${value}}`),
  'the arguments of a question': value => callOf('explain_authorization', `{"tool":"reserve_ticket","arguments":${value}}`)
}

type Send = (body: string) => Promise<void>

/** Milliseconds of processor time for one request, the least of a few. The client of the measurement is part of both. */
async function costOf (send: Send, body: string): Promise<number> {
  let least = Infinity
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const before = process.cpuUsage()
    await send(body)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

async function openConnection (): Promise<{ readonly send: Send, readonly close: () => Promise<void> }> {
  const teardowns: (() => unknown)[] = []
  const t = { teardown: (end: () => unknown) => { teardowns.push(end) } } as unknown as Test
  const { app } = await buildGateway(t, { config: { log: { level: 'silent' } } })
  const port = await portOf(app)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async send (body) {
      const headers = { ...HEADERS, 'content-length': Buffer.byteLength(body) }
      const sent = request({ host: '127.0.0.1', port, path: '/mcp', method: 'POST', agent, headers })
      sent.end(body)
      const [response] = await once(sent, 'response') as [IncomingMessage]
      response.resume()
      await once(response, 'end')
      if (response.statusCode === 413) throw new Error('the body is larger than the default accepts')
    },
    async close () {
      agent.destroy()
      for (const end of teardowns) await end()
    }
  }
}

export const COST_PROPERTY: FuzzProperty = {
  name: `deep and wide bodies of 64 KiB: none takes more processor time than ${MOST_PINGS} pings`,
  async check ({ runs, seed }) {
    const { send, close } = await openConnection()
    try {
      for (let warming = 0; warming < 300; warming += 1) await send(PING)
      const [values, places] = [fc.constantFrom(...Object.keys(VALUES)), fc.constantFrom(...Object.keys(PLACES))]
      const sizes = fc.integer({ min: 1_000, max: BODY_BYTES - 300 })
      await fc.assert(fc.asyncProperty(values, places, sizes, async (value, place, bytes) => {
        const body = PLACES[place]?.(VALUES[value]?.(bytes) ?? '') ?? ''
        let ratio = Infinity
        for (let attempt = 0; attempt < ATTEMPTS && ratio > MOST_PINGS; attempt += 1) {
          ratio = Math.min(ratio, await costOf(send, body) / await costOf(send, PING))
        }
        if (ratio > MOST_PINGS) throw new Error(`${value} as ${place}, ${body.length} bytes: as much as ${ratio.toFixed(1)} pings`)
      }), { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
      return { runs, allowed: 0 }
    } finally {
      await close()
    }
  }
}
