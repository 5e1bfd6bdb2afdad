// The settings of an authorization server with credentials that were made up, for the question whether the server tells wrong credentials
// from right ones. Nothing of the real secret is in them.

import { randomBytes } from 'node:crypto'
import type { ServerConfig } from './authorization-servers.ts'

/** @returns `undefined` where no wrong secret can be sent: none is configured, or an assertion is signed with a private key */
export function withMadeUpCredentials (server: ServerConfig): ServerConfig | undefined {
  const { introspection } = server
  if (introspection === undefined) return undefined
  // Without characters that form encoding changes, so that the answer is about the secret.
  const secret = `made-up-${randomBytes(24).toString('hex')}`
  switch (introspection.clientAuthentication) {
    case 'client_secret_basic':
    case 'client_secret_post':
      return { ...server, introspection: { ...introspection, clientSecret: secret } }
    case 'bearer': return { ...server, introspection: { ...introspection, bearerToken: secret } }
    case 'private_key_jwt': return undefined
    case 'none': return undefined
  }
}
