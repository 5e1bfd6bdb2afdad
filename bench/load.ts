// How is a server put under load? A burst of requests over a fixed number of connections, each answer checked as it
// arrives. The time an answer took is what its caller saw.

import { Pool, type Dispatcher } from 'undici'

const USUAL_CONNECTIONS = 16

interface WorkRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface WorkAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface Work {
  /** `number` is another one for every request of a run. */
  readonly request: (number: number) => WorkRequest
  /** What is wrong with this answer, or `undefined`. */
  readonly check: (answer: WorkAnswer, number: number) => string | undefined
}

export interface Load {
  /** Sends so many requests and resolves with the milliseconds that each took. Rejects at the first wrong answer. */
  readonly burst: (work: Work, requests: number) => Promise<readonly number[]>
  readonly close: () => Promise<void>
}

let lastNumber = 0

export interface LoadOptions {
  /**
   * This process does not sleep during a burst: waking it would be counted as the time of the server that writes to it, the more
   * the slower that server is. It takes a whole core.
   */
  readonly sleepless: boolean
  /** At a time; 16 if absent. */
  readonly connections?: number
}

export function createLoad (origin: string, { sleepless, connections = USUAL_CONNECTIONS }: LoadOptions): Load {
  const pool = new Pool(origin, { connections, headersTimeout: 30_000, bodyTimeout: 30_000 })

  function ask (request: WorkRequest): Promise<WorkAnswer> {
    return new Promise((resolve, reject) => {
      pool.dispatch({ path: '/mcp', method: 'POST', ...request }, new AnswerCollector(resolve, reject))
    })
  }

  async function exchange (work: Work): Promise<number> {
    lastNumber += 1
    const number = lastNumber
    const request = work.request(number)
    const startedMs = performance.now()
    const answer = await ask(request)
    const tookMs = performance.now() - startedMs
    const problem = work.check(answer, number)
    if (problem !== undefined) throw new Error(`${origin}: ${problem}: ${answer.status} ${answer.text.slice(0, 300)}`)
    return tookMs
  }

  return {
    async burst (work, requests) {
      const took: number[] = []
      let left = requests
      const rest = sleepless ? stayAwake() : () => {}
      try {
        await Promise.all(Array.from({ length: connections }, async () => {
          while (left > 0) {
            left -= 1
            took.push(await exchange(work))
          }
        }))
      } finally {
        rest()
      }
      return took
    },
    close: () => pool.destroy()
  }
}

/** @returns lets the process sleep again */
function stayAwake (): () => void {
  let awake = true
  const turn = (): void => { if (awake) setImmediate(turn) }
  turn()
  return () => { awake = false }
}

/** The load must cost less than the servers: one that waits between two requests would be woken for each. */
class AnswerCollector implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: WorkAnswer) => void
  readonly #reject: (failure: Error) => void
  readonly #chunks: Uint8Array[] = []
  #status = 0
  #headers: WorkAnswer['headers'] = {}

  constructor (resolve: (answer: WorkAnswer) => void, reject: (failure: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  onRequestStart (): void {}

  onResponseStart (_controller: Dispatcher.DispatchController, status: number, headers: WorkAnswer['headers']): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    this.#resolve({ status: this.#status, headers: this.#headers, text: Buffer.concat(this.#chunks).toString('utf8') })
  }

  onResponseError (_controller: Dispatcher.DispatchController, failure: Error): void {
    this.#reject(failure)
  }
}
