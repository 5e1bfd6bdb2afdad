// The values of one request header field, in order and unjoined. Node's own `headers` keeps only the first Authorization
// field and joins most others, which would hide a second one: https://nodejs.org/api/http.html#messageheaders

import type { IncomingMessage } from 'node:http'

const NONE: readonly string[] = []

/** @param name in lower case */
export function rawHeaderFields ({ rawHeaders }: IncomingMessage, name: string): readonly string[] {
  let found: string[] | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index]
    if (field === undefined || field.length !== name.length || field.toLowerCase() !== name) continue
    (found ??= []).push(rawHeaders[index + 1] ?? '')
  }
  return found ?? NONE
}
