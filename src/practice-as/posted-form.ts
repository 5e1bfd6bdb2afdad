// Reads the body of a posted form: a small form, or the reason why it is not one.

import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../kernel/result.ts'

const MAX_BODY_BYTES = 16 * 1024

export type FormProblem = 'content-type' | 'too-large'

export async function readPostedForm (request: IncomingMessage): Promise<Result<URLSearchParams, FormProblem>> {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/x-www-form-urlencoded') return err('content-type')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return err('too-large')
    chunks.push(chunk)
  }
  return ok(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
}
