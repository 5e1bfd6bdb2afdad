// Gets the text of an OpenAPI document: a file, or one request without a redirect, within a time and a size. For a review; a gateway in
// operation does not read it.

import { readFileSync } from 'node:fs'
import { isClearTextOffLoopback } from '../config/address-syntax.ts'
import { err, ok, type Result } from '../kernel/result.ts'

const MAX_BYTES = 32 * 1024 * 1024
const DEADLINE_MS = 20_000

export function isAddress (source: string): boolean {
  return /^https?:\/\//i.test(source)
}

/**
 * @param source an absolute path, or a URL
 * @returns an error is a sentence for the operator, without anything that a server has written
 */
export async function openapiText (source: string): Promise<Result<string, string>> {
  if (isAddress(source)) return fetched(source)
  try {
    const text = readFileSync(source, 'utf8')
    return text.length > MAX_BYTES ? err(`${source}: longer than ${MAX_BYTES} bytes`) : ok(text)
  } catch {
    return err(`${source}: the document cannot be read`)
  }
}

async function fetched (url: string): Promise<Result<string, string>> {
  if (!URL.canParse(url) || isClearTextOffLoopback(url)) return err(`${url}: expected https; plain http is for loopback only`)
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) })
    if (response.status !== 200) return err(`${url}: answers with status ${response.status}; redirects are not followed`)
    const text = await boundedBody(response)
    return text === undefined ? err(`${url}: longer than ${MAX_BYTES} bytes`) : ok(text)
  } catch {
    return err(`${url}: the document cannot be fetched`)
  }
}

async function boundedBody ({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    // Leaving the loop cancels the body.
    if (size > MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
