// A person has to log in again before an operation that wants a recent or a stronger login (RFC 9470).

import t from 'tap'
import { z } from 'zod'
import { defineTool, type Tool } from '../../src/index.ts'
import { call, HEADERS, startForLibrary } from '../support/bound-client.ts'
import { covers } from '../support/covers.ts'
import { BOTH_SCOPES, obtainToken } from '../support/practice-client.ts'

const transfer: Tool = defineTool({
  name: 'transfer_points',
  title: 'Transfer points',
  description: 'Wants a login of the last five minutes, by a means that the server calls gold.',
  input: z.strictObject({}),
  output: z.strictObject({ done: z.boolean() }),
  access: { scopes: ['mcp:tickets:write'], authentication: { acrValues: ['gold', 'platinum'], maxAgeSeconds: 300 } },
  run: async () => ({ kind: 'completed', text: 'done', structured: { done: true } })
})
const recent: Tool = defineTool({
  name: 'recent_only',
  title: 'Recent only',
  description: 'Wants a login of the last five minutes.',
  input: z.strictObject({}),
  output: z.strictObject({ done: z.boolean() }),
  access: { scopes: ['mcp:tickets:read'], authentication: { maxAgeSeconds: 300 } },
  run: async () => ({ kind: 'completed', text: 'done', structured: { done: true } })
})

t.test('step-up — a login that is too old or too weak is told what is needed, and the next one will do', async t => {
  covers('policy.authentication-level')
  const gateway = await startForLibrary(t, { tools: [transfer, recent] })
  const now = Math.floor(Date.now() / 1000)
  const post = (token: string, name: string) => fetch(gateway.url, { method: 'POST', headers: { ...HEADERS, authorization: `Bearer ${token}` }, body: call(name) })
  const mint = (extraClaims: Record<string, string | number>) =>
    gateway.practice.mintToken({ subject: '1004', scope: BOTH_SCOPES, extraClaims })
  for (const [claims, name, status] of [
    [{ acr: 'gold', auth_time: now - 10 }, 'transfer_points', 200],
    [{ acr: 'platinum', auth_time: now - 10 }, 'transfer_points', 200],
    [{ acr: 'silver', auth_time: now - 10 }, 'transfer_points', 401],
    [{ auth_time: now - 10 }, 'transfer_points', 401],
    [{ acr: 'gold', auth_time: now - 400 }, 'transfer_points', 401],
    [{ acr: 'gold' }, 'transfer_points', 401],
    [{ acr: 'gold', auth_time: now + 3600 }, 'transfer_points', 401],
    [{ auth_time: now - 400 }, 'recent_only', 401],
    [{ auth_time: now - 200 }, 'recent_only', 200]
  ] as const) {
    const response = await post(await mint(claims), name)
    t.equal(response.status, status, JSON.stringify(claims))
    const challenge = response.headers.get('www-authenticate') ?? ''
    if (status === 401) {
      t.match(challenge, name === 'transfer_points' ? /error="insufficient_user_authentication".*acr_values="gold platinum", max_age="300"/ : /error="insufficient_user_authentication".*max_age="300"/)
      t.match(await response.json(), { error: { data: { error: 'insufficient_user_authentication', max_age: '300' } } })
      t.match(gateway.decisions.at(-1), { granted: false, reason: 'insufficient-authentication' })
    }
  }

  t.equal((await post(await mint({ auth_time: now - 86_400 }), 'recent_only')).status, 401)
  // The practice server asks for a login every time, so nothing needs to be said of max_age.
  const { accessToken } = await obtainToken(gateway.practice.issuer, { parameters: { resource: gateway.url } })
  t.equal((await post(accessToken, 'recent_only')).status, 200, 'the person has logged in again')
})
