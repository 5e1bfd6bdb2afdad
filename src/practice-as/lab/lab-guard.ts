// Who may turn the switches of the lab? On loopback everyone at this machine; on a network address the teacher, by HTTP Basic.
// A page of another site must not: it could post a form here, or reach this address by a name that it controls (DNS rebinding).

import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isLoopbackHost } from '../../kernel/loopback.ts'

export type Refusal = 'foreign-host' | 'foreign-origin' | 'teacher-only'

/**
 * @param issuer of this server
 * @param teacherSecret undefined on loopback
 */
export function refuseAtLab (request: IncomingMessage, issuer: string, teacherSecret: string | undefined): Refusal | undefined {
  const own = new URL(issuer)
  const asked = sentHost(request)
  if (asked === undefined || asked.port !== own.port || !isOwnName(asked.hostname, own.hostname)) return 'foreign-host'
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined && origin !== asked.origin) return 'foreign-origin'
  // A link from the console, which has another port, may be followed; nothing may be changed by it.
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (!reads && site !== undefined && site !== 'same-origin' && site !== 'none') return 'foreign-origin'
  return teacherSecret === undefined || knowsSecret(request.headers.authorization, teacherSecret) ? undefined : 'teacher-only'
}

/** As the client sent it: the request handler has put the configured one in its place. */
function sentHost ({ rawHeaders }: IncomingMessage): URL | undefined {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  const address = `http://${rawHeaders[at + 1] ?? ''}`
  return at >= 0 && URL.canParse(address) ? new URL(address) : undefined
}

function isOwnName (asked: string, own: string): boolean {
  return asked === own || (isLoopbackHost(own) && isLoopbackHost(asked))
}

/** Any user name does; the secret is the password. */
function knowsSecret (header: string | undefined, secret: string): boolean {
  const credentials = Buffer.from(/^Basic ([\w+/=]+)$/i.exec(header ?? '')?.[1] ?? '', 'base64').toString('utf8')
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(credentials.slice(credentials.indexOf(':') + 1)), digest(secret))
}
