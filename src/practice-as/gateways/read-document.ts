// Reads one JSON document of a gateway, and no more of it than this server has use for: a limited time, a limited size, no redirect.

import { err, ok, type Result } from '../../kernel/result.ts'

const DEADLINE_MS = 3000
const MAX_BYTES = 512 * 1024

/** An error is a few words for a person, without anything that the gateway has written. */
export async function readDocument (url: string): Promise<Result<unknown, string>> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' }, redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS)
    })
    const text = await boundedText(response)
    if (response.status !== 200) return err(`it answers with status ${response.status}`)
    if (text === undefined) return err(`its answer is longer than ${MAX_BYTES} bytes`)
    return ok(JSON.parse(text))
  } catch (problem) {
    if (problem instanceof SyntaxError) return err('its answer is not JSON')
    if (problem instanceof Error && problem.name === 'TimeoutError') return err(`it does not answer within ${DEADLINE_MS / 1000} seconds`)
    return err('nothing answers there')
  }
}

async function boundedText ({ body }: Response): Promise<string | undefined> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    // Leaving the loop cancels the body.
    if (size > MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
