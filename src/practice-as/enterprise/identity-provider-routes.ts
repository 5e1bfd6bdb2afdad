// The HTTP side of the practice identity provider: its metadata, its keys, the sign-in, and the token endpoint.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { findAccountByLogin } from '../accounts.ts'
import { IDENTITY_PROVIDER_CLIENT, IDENTITY_PROVIDER_PATH } from '../endpoints.ts'
import { readPostedForm } from '../posted-form.ts'
import { TOKEN_EXCHANGE } from './grant-names.ts'
import type { IdentityProvider } from './identity-provider.ts'

const PATHS = {
  /** Both forms of RFC 8414 section 3, and that of OpenID Connect Discovery. */
  metadata: [
    `/.well-known/oauth-authorization-server${IDENTITY_PROVIDER_PATH}`,
    `/.well-known/openid-configuration${IDENTITY_PROVIDER_PATH}`,
    `${IDENTITY_PROVIDER_PATH}/.well-known/openid-configuration`
  ],
  keys: `${IDENTITY_PROVIDER_PATH}/jwks`,
  token: `${IDENTITY_PROVIDER_PATH}/token`,
  signIn: `${IDENTITY_PROVIDER_PATH}/sign-in`
} as const

/** @returns false for a path that is not one of the identity provider */
export async function answerIdentityProvider (
  provider: IdentityProvider, request: IncomingMessage, response: ServerResponse, pathname: string
): Promise<boolean> {
  if (PATHS.metadata.some(path => path === pathname)) send(response, 200, metadataOf(provider))
  else if (pathname === PATHS.keys) send(response, 200, provider.keys)
  else if (pathname === PATHS.token) await answerToken(provider, request, response)
  else if (pathname === PATHS.signIn) await answerSignIn(provider, request, response)
  else return false
  return true
}

function metadataOf ({ issuer }: IdentityProvider): object {
  return {
    issuer,
    // No authorization endpoint in the sense of RFC 6749; the official SDK refuses metadata without this member.
    authorization_endpoint: `${issuer}/sign-in`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: [],
    grant_types_supported: [TOKEN_EXCHANGE],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post']
  }
}

async function answerToken (provider: IdentityProvider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await formOf(request, response)
  if (form === undefined) return
  if (!isOurApplication(request.headers.authorization, form)) {
    response.setHeader('WWW-Authenticate', `Basic realm="${provider.issuer}"`)
    return send(response, 401, { error: 'invalid_client', error_description: 'client authentication failed' })
  }
  const { status, body } = await provider.exchange(form)
  send(response, status, body)
}

/** Stands for the login page of an enterprise: name and password in, an ID token for the application out. */
async function answerSignIn (provider: IdentityProvider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await formOf(request, response)
  if (form === undefined) return
  const account = findAccountByLogin(form.get('loginId') ?? '', form.get('password') ?? '')
  if (account === undefined) return send(response, 401, { error: 'access_denied', error_description: 'wrong name or password' })
  send(response, 200, { id_token: await provider.signIn(account.subject) })
}

async function formOf (request: IncomingMessage, response: ServerResponse): Promise<URLSearchParams | undefined> {
  if (request.method !== 'POST') {
    response.writeHead(405, { Allow: 'POST' }).end()
    return undefined
  }
  const posted = await readPostedForm(request)
  if (posted.ok) return posted.value
  response.writeHead(posted.error === 'too-large' ? 413 : 415, { Connection: 'close' }).end()
  return undefined
}

/** In one way alone: HTTP Basic, or the form. The credentials are published, so they are compared as they are. */
function isOurApplication (authorization: string | undefined, form: URLSearchParams): boolean {
  const { id, secret } = IDENTITY_PROVIDER_CLIENT
  if (authorization !== undefined) {
    return !form.has('client_secret') && authorization === `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
  }
  return form.get('client_id') === id && form.get('client_secret') === secret
}

function send (response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body))
}
