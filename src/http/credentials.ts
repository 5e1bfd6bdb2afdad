// Which Authorization header fields did the client send? All of them, unjoined: Node's own `headers` keeps the first
// and drops the rest, which hides the second.

import type { IncomingMessage } from 'node:http'

const NONE: readonly string[] = []

export function authorizationFields (raw: IncomingMessage): readonly string[] {
  const { rawHeaders } = raw
  let found: string[] | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name === undefined || name.length !== 13 || name.toLowerCase() !== 'authorization') continue
    (found ??= []).push(rawHeaders[index + 1] ?? '')
  }
  return found ?? NONE
}
