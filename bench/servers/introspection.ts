// One question to the authorization server, and nothing around it: what it costs alone.

import type { Pool } from 'undici'

/** RFC 7662 section 2.1: only known clients may ask. */
const CREDENTIALS = `Basic ${Buffer.from('bench:bench-secret').toString('base64')}`

/** @param authorization header of the request: a bearer token */
export async function isActive (pool: Pool, authorization = ''): Promise<boolean> {
  const { statusCode, body } = await pool.request({
    path: '/introspect',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', authorization: CREDENTIALS },
    body: `token_type_hint=access_token&token=${encodeURIComponent(authorization.slice(7))}`
  })
  const { active } = await body.json() as { active?: unknown }
  return statusCode === 200 && active === true
}
