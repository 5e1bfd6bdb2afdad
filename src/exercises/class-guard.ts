// Who may see the exercises, and who may reset the class? On loopback everyone at this machine; at a network address everyone there sees,
// and only the teacher resets. A page of another site changes nothing (DNS rebinding, forged forms).

import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isLoopbackHost } from '../kernel/loopback.ts'

export type ClassRefusal = 'foreign-host' | 'foreign-origin' | 'teacher-only'

/** @param origin of these pages */
export function refuseInClass (
  { headers, method }: IncomingMessage, origin: string, teacherSecret: string | undefined
): ClassRefusal | undefined {
  const own = new URL(origin)
  const address = `http://${headers.host ?? ''}`
  const asked = URL.canParse(address) ? new URL(address) : undefined
  const isOwn = asked !== undefined && asked.port === own.port &&
    (asked.hostname === own.hostname || (isLoopbackHost(own.hostname) && isLoopbackHost(asked.hostname)))
  if (!isOwn) return 'foreign-host'
  const { origin: from, 'sec-fetch-site': site } = headers
  if (from !== undefined && from !== asked.origin) return 'foreign-origin'
  if (method === 'GET' || method === 'HEAD') return undefined
  // A browser names the origin of every form that it posts.
  if (from === undefined || (site !== undefined && site !== 'same-origin')) return 'foreign-origin'
  return teacherSecret === undefined || knowsSecret(headers.authorization, teacherSecret) ? undefined : 'teacher-only'
}

function knowsSecret (header: string | undefined, secret: string): boolean {
  const credentials = Buffer.from(/^Basic ([\w+/=]+)$/i.exec(header ?? '')?.[1] ?? '', 'base64').toString('utf8')
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(credentials.slice(credentials.indexOf(':') + 1)), digest(secret))
}
