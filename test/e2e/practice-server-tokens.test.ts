// Tokens of the practice authorization server: refresh, single use of codes, revocation, introspection, and what a browser may read.

import t from 'tap'
import { covers } from '../support/covers.ts'
import {
  BOTH_SCOPES, introspect, obtainToken, redeemCode, REDIRECT_URI, registerClient, requestToken, RESOURCE, submitAndReturn,
  TUTORIAL_REGISTRATION
} from '../support/practice-client.ts'
import { freshPage, issuer, LOGIN } from '../support/practice-pages.ts'

t.test('refresh — rotates, keeps details and budget, and a reuse ends the grant', async t => {
  covers('practice.refresh-rotation')
  const { clientId, accessToken, refreshToken, reply } = await obtainToken(issuer)
  const first =
    await requestToken(issuer, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, resource: RESOURCE })
  t.equal(first.status, 200)
  t.not(first.body['refresh_token'], refreshToken)
  const { body: claims } = await introspect(issuer, String(first.body['access_token']))
  t.match(claims, { active: true, aud: RESOURCE, scope: BOTH_SCOPES, auth_time: Number })
  t.strictSame(claims['authorization_details'], reply.body['authorization_details'], 'the same budget goes on')

  const reused = await requestToken(issuer,
    { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, resource: RESOURCE })
  t.equal(reused.body['error'], 'invalid_grant')
  for (const token of [accessToken, String(first.body['access_token'])]) {
    t.strictSame((await introspect(issuer, token)).body, { active: false })
  }
})

t.test('code — works once; its reuse ends the grant', async t => {
  const { clientId, verifier, page } = await freshPage()
  const code = String((await submitAndReturn(page, LOGIN)).searchParams.get('code'))
  const { body } = await redeemCode(issuer, clientId, code, verifier)
  t.equal((await redeemCode(issuer, clientId, code, verifier)).body['error'], 'invalid_grant')
  t.strictSame((await introspect(issuer, String(body['access_token']))).body, { active: false })
})

t.test('revocation — a revoked token is inactive at once, also when a browser asked', async t => {
  covers('practice.revocation')
  const { clientId, accessToken, refreshToken } = await obtainToken(issuer)
  const origin = 'http://localhost:6274'
  const stranger = await fetch(`${issuer}/api/revoke`, { method: 'POST', body: new URLSearchParams({ token: accessToken, client_id: (await registerClient(issuer)).client_id }) })
  t.equal(stranger.status, 200)
  t.equal((await introspect(issuer, accessToken)).body['active'], true, 'nobody else can revoke it')
  const response = await fetch(`${issuer}/api/revoke`, { method: 'POST', headers: { origin }, body: new URLSearchParams({ token: accessToken, client_id: clientId }) })
  t.equal(response.status, 200)
  t.equal(response.headers.get('access-control-allow-origin'), origin)
  t.strictSame((await introspect(issuer, accessToken)).body, { active: false })
  const refreshed = await requestToken(issuer,
    { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, resource: RESOURCE })
  t.equal(refreshed.body['error'], 'invalid_grant', 'the whole grant is gone')
})

t.test('introspection — for the resource server only, for access tokens only, not for browsers', async t => {
  covers('practice.introspection-for-the-resource-server')
  const { accessToken, refreshToken } = await obtainToken(issuer)
  t.equal((await introspect(issuer, accessToken)).body['active'], true)
  t.strictSame((await introspect(issuer, refreshToken)).body, { active: false })
  t.strictSame((await introspect(issuer, 'no-such-token')).body, { active: false })
  t.equal((await introspect(issuer, accessToken, 'mcp-server:wrong')).status, 401)
  t.equal((await introspect(issuer, accessToken, 'nobody:wrong')).status, 401)

  const confidential = await registerClient(issuer, { ...TUTORIAL_REGISTRATION, token_endpoint_auth_method: 'client_secret_basic' })
  const asClient = await introspect(issuer, accessToken, `${confidential.client_id}:${confidential.client_secret ?? ''}`)
  t.strictSame(asClient.body, { active: false }, 'a registered client learns nothing')
  const asPublic = await fetch(`${issuer}/api/introspect`, { method: 'POST', body: new URLSearchParams({ token: accessToken, client_id: (await registerClient(issuer)).client_id }) })
  t.strictSame(await asPublic.json(), { active: false })

  const basic = `Basic ${Buffer.from('mcp-server:mcp-server-secret').toString('base64')}`
  const fromBrowser = await fetch(`${issuer}/api/introspect`, {
    method: 'POST', headers: { origin: 'http://localhost:6274', authorization: basic }, body: new URLSearchParams({ token: accessToken })
  })
  t.equal(fromBrowser.status, 403)
  t.equal(fromBrowser.headers.get('access-control-allow-origin'), null)
  const preflight = await fetch(`${issuer}/api/introspect`, { method: 'OPTIONS', headers: { origin: 'http://localhost:6274', 'access-control-request-method': 'POST' } })
  t.equal(preflight.headers.get('access-control-allow-origin'), null)
})

t.test('CORS — a browser client can read the token endpoint and the keys', async t => {
  const origin = 'http://localhost:6274'
  for (const path of ['/api/token', '/api/revoke']) {
    const preflight = await fetch(issuer + path,
      { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } })
    t.equal(preflight.status, 204)
    t.equal(preflight.headers.get('access-control-allow-origin'), origin)
  }
  const { clientId, verifier, page } = await freshPage()
  const code = String((await submitAndReturn(page, LOGIN)).searchParams.get('code'))
  const response = await fetch(`${issuer}/api/token`, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
      resource: RESOURCE,
      client_id: clientId
    })
  })
  t.equal(response.status, 200)
  t.equal(response.headers.get('access-control-allow-origin'), origin)
  const keys = await fetch(`${issuer}/api/jwks`, { headers: { origin } })
  t.equal(keys.headers.get('access-control-allow-origin'), origin)
  const { keys: [key] } = await keys.json() as { keys: Record<string, unknown>[] }
  t.match(key, { kty: 'EC', alg: 'ES256' })
  t.notOk(key !== undefined && 'd' in key, 'the private part stays here')
})
