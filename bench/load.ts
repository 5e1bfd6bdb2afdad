// How is a server put under load? A burst of requests over a fixed number of connections, each answer checked as it
// arrives. The time an answer took is what its caller saw.

import { Pool } from 'undici'

export const CONNECTIONS = 16

export interface WorkRequest {
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

export function createLoad (origin: string): Load {
  const pool = new Pool(origin, { connections: CONNECTIONS, headersTimeout: 30_000, bodyTimeout: 30_000 })

  async function exchange (work: Work): Promise<number> {
    lastNumber += 1
    const number = lastNumber
    const { headers, body } = work.request(number)
    const startedMs = performance.now()
    const { statusCode, headers: received, body: stream } = await pool.request({ path: '/mcp', method: 'POST', headers, body })
    const text = await stream.text()
    const tookMs = performance.now() - startedMs
    const problem = work.check({ status: statusCode, headers: received, text }, number)
    if (problem !== undefined) throw new Error(`${origin}: ${problem}: ${statusCode} ${text.slice(0, 300)}`)
    return tookMs
  }

  return {
    async burst (work, requests) {
      const took: number[] = []
      let left = requests
      await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
        while (left > 0) {
          left -= 1
          took.push(await exchange(work))
        }
      }))
      return took
    },
    close: () => pool.destroy()
  }
}
