// What the servers in this directory share: their address, and the verification of tokens by introspection (RFC 7662).
// Environment: PORT, ISSUER, INTROSPECTION_ID, INTROSPECTION_SECRET. Plain JavaScript: the packages here have no types in the root.

import { env } from 'node:process'

export const port = Number(env.PORT)
export const resource = `http://localhost:${port}/mcp`
export const scopes = ['mcp:tickets:read']

const response = await fetch(`${env.ISSUER}/.well-known/oauth-authorization-server`)
export const serverMetadata = await response.json()

/** @throws Error for a token that is not active, or not for this resource */
export async function introspect (token) {
  const reply = await fetch(serverMetadata.introspection_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${env.INTROSPECTION_ID}:${env.INTROSPECTION_SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ token })
  })
  const { active, client_id: clientId, scope, exp, sub, iss, aud } = await reply.json()
  if (active !== true || ![aud].flat().includes(resource)) throw new Error('The token is not active, or not for this server')
  return { token, clientId, scopes: scope.split(' '), expiresAt: exp, subject: sub, issuer: iss, audience: aud }
}

/** The one tool of each server. */
export function greet ({ name }) {
  return { content: [{ type: 'text', text: `Hello, ${name}` }] }
}

export function ready () {
  console.log('ready')
}
