// What does forwarding cost alone? Fastify parses the body, undici sends it to the other server over connections that stay open, and its
// answer goes back as it came. No token, no check, no log. Argument: the origin of the other server.

import Fastify, { type FastifyReply } from 'fastify'
import { Pool, type Dispatcher } from 'undici'
import { tellParent } from '../measured-process.ts'
import { portOf } from './listening.ts'

const HEADERS = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream']

/** `dispatch` is the cheapest that undici has. */
class ForwardedAnswer implements Dispatcher.DispatchHandler {
  readonly #reply: FastifyReply
  readonly #chunks: Buffer[] = []
  #status = 0

  constructor (reply: FastifyReply) {
    this.#reply = reply
  }

  onRequestStart (): void {}

  onResponseStart (_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    const [only = Buffer.alloc(0), second] = this.#chunks
    this.#reply.code(this.#status).type('application/json').send(second === undefined ? only : Buffer.concat(this.#chunks))
  }

  onResponseError (): void {
    this.#reply.code(502).send()
  }
}

const pool = new Pool(process.argv[2] ?? '', { connections: 64 })
const app = Fastify()
app.post('/mcp', (request, reply) => {
  pool.dispatch({ path: '/mcp', method: 'POST', headers: HEADERS, body: JSON.stringify(request.body) }, new ForwardedAnswer(reply))
})
tellParent(await portOf(app))
