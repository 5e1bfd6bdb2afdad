// The login and consent page of the practice authorization server, with a browser of a few lines: texts, logins, limits.

import t from 'tap'
import { covers } from '../support/covers.ts'
import {
  authorizationUrl, createPkce, introspect, obtainToken, openPage, redeemCode, REDIRECT_URI, registerClient, RESOURCE, submit,
  submitAndReturn, TUTORIAL_REGISTRATION
} from '../support/practice-client.ts'
import { freshPage, issuer, JAPANESE, LOGIN } from '../support/practice-pages.ts'

t.test('page — works in English and Japanese, without script, frame, cache or form-action', async t => {
  covers('practice.page-not-framed')
  const { page } = await freshPage()
  t.match(page.html, '<html lang="en">')
  t.match(page.html, 'Allow MCP Inspector to use your tickets?')
  t.match(page.html, 'For practice only')
  t.notMatch(page.html, '<script')
  const policy = page.response.headers.get('content-security-policy') ?? ''
  t.match(policy, "frame-ancestors 'none'")
  t.notMatch(policy, 'form-action', 'browsers would apply it to the redirect back to the client')
  t.equal(page.response.headers.get('cache-control'), 'no-store')
  t.equal(page.response.headers.get('x-frame-options'), 'DENY')

  const { page: japanese } = await freshPage({}, JAPANESE)
  t.match(japanese.html, '<html lang="ja">')
  t.match(japanese.html, 'MCP Inspector にチケットの利用を許可しますか？')
  t.match(japanese.html, '練習専用')
  t.match((await freshPage({ ui_locales: 'fr ja' })).page.html, '<html lang="ja">', 'ui_locales comes before the browser')
  const other = /<a href="([^"]+)" hreflang="en"/.exec(japanese.html)?.[1] ?? ''
  const toggled = await japanese.jar.fetch(new URL(other, japanese.url), { headers: JAPANESE })
  t.match(await toggled.text(), '<html lang="en">')
  for (const { name } of page.jar.all) t.match(name, /^practice_as_/)
})

t.test('page — shows no markup of a client, and cannot be answered from another site', async t => {
  const { client_id: clientId } = await registerClient(issuer, { ...TUTORIAL_REGISTRATION, client_name: '<img src=x onerror="alert(1)">&' })
  const page = await openPage(authorizationUrl(issuer, clientId, createPkce().challenge))
  t.notMatch(page.html, '<img')
  t.match(page.html, '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;')

  const foreign = await submit(page, LOGIN, { origin: 'http://localhost:6274' })
  t.equal(foreign.status, 403)
  t.equal(foreign.headers.get('location'), null)
  const withoutCookies = await fetch(page.url, { method: 'POST', body: new URLSearchParams(LOGIN), redirect: 'manual' })
  t.equal(withoutCookies.status, 400)
  t.match(await withoutCookies.text(), 'This page has expired')
  t.equal((await submit(page, LOGIN, { origin: issuer })).status, 303, 'the real page still works')
})

t.test('page — a body that is no small form is refused', async t => {
  const { page } = await freshPage()
  t.equal((await page.jar.fetch(page.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status, 415)
  t.equal((await submit(page, { ...LOGIN, loginId: 'x'.repeat(20_000) })).status, 413)
  t.equal((await page.jar.fetch(page.url, { method: 'DELETE' })).status, 405)
})

t.test('login — a wrong password shows the page again with what was chosen, never the password', async t => {
  const { page } = await freshPage({}, JAPANESE)
  const action = new URL(/<form method="post" action="([^"]+)"/.exec(page.html)?.[1] ?? '', page.url).href
  const again = await submit({ ...page, url: action }, { ...LOGIN, password: 'hunter2', limit: 'custom', customAmount: '7,000' })
  t.equal(again.status, 400)
  const html = await again.text()
  t.match(html, '<html lang="ja">', 'the language stays')
  t.match(html, 'ID またはパスワードが違います。')
  t.match(html, 'value="inga"')
  t.match(html, 'value="7,000"')
  t.match(html, /value="custom"[^>]* checked/)
  t.notMatch(html, 'hunter2')
  t.match((await submitAndReturn(page, LOGIN)).search, 'code=')
})

t.test('login — the second person has another subject, in the same browser too', async t => {
  const { accessToken } = await obtainToken(issuer, { form: { loginId: 'taro', password: 'taro' } })
  t.equal((await introspect(issuer, accessToken)).body['sub'], '1005')
  const { clientId, verifier, page } = await freshPage()
  await submitAndReturn(page, LOGIN)
  const next = createPkce()
  const first = await page.jar.fetch(authorizationUrl(issuer, clientId, next.challenge))
  const url = new URL(first.headers.get('location') ?? '', issuer).href
  t.match(url, '/interaction/', 'nobody stays logged in: everyone is asked every time')
  const back = await submitAndReturn({ ...page, url }, { ...LOGIN, loginId: 'taro', password: 'taro' })
  const { body } = await redeemCode(issuer, clientId, String(back.searchParams.get('code')), next.verifier)
  t.equal((await introspect(issuer, String(body['access_token']))).body['sub'], '1005')
  t.not(verifier, next.verifier)
})

t.test('deny — sends the browser back with access_denied, state and iss, without a login', async t => {
  covers('practice.iss-in-redirect')
  const { page } = await freshPage()
  const back = await submitAndReturn(page, { loginId: '', password: '', denied: 'Deny' })
  t.equal(back.origin + back.pathname, REDIRECT_URI)
  t.equal(back.searchParams.get('error'), 'access_denied')
  t.equal(back.searchParams.get('state'), 'random_state_value')
  t.equal(back.searchParams.get('iss'), issuer)
  t.notOk(back.searchParams.has('code'))
  t.equal((await submit(page, LOGIN)).status, 400, 'a request is answered once')
})

t.test('limits — each choice is what introspection says, with a budget of its own', async t => {
  covers('practice.details-issued')
  const budgets = new Set<unknown>()
  async function granted (
    form: Record<string, string>, requested?: readonly object[]
  ): Promise<readonly Record<string, unknown>[] | undefined> {
    const { accessToken, reply } =
      await obtainToken(issuer, { form, parameters: requested === undefined ? {} : { authorization_details: JSON.stringify(requested) } })
    const { body } = await introspect(issuer, accessToken)
    t.equal(body['active'], true)
    t.strictSame(reply.body['authorization_details'], body['authorization_details'])
    const details = body['authorization_details'] as readonly Record<string, unknown>[] | undefined
    for (const element of details ?? []) {
      t.notOk(budgets.has(element['budgetId']))
      budgets.add(element['budgetId'])
    }
    return details
  }
  const whole = { type: 'ticket-reservation', actions: ['book', 'cancel'], currency: 'JPY', budgetId: String }
  t.match(await granted({ limit: 'standard' }), [{ ...whole, maxAmount: 10_000 }])
  t.match(await granted({ limit: 'custom', customAmount: '２５,０００' }), [{ ...whole, maxAmount: 25_000, maxTotalAmount: undefined }])
  t.match(await granted({ limit: 'custom', customAmount: '5000', customTotalAmount: '12000' }),
    [{ ...whole, maxAmount: 5000, maxTotalAmount: 12_000 }])
  t.equal(await granted({ limit: 'none' }), undefined)

  const requested = [
    {
      type: 'ticket-reservation',
      actions: ['book'],
      maxAmount: 8000,
      maxTotalAmount: 20_000,
      ticketIds: [1, 2],
      locations: [RESOURCE],
      validUntil: '2099-01-01T00:00:00Z'
    },
    { type: 'ticket-reservation', actions: ['cancel'], maxAmount: 0, currency: 'USD', budgetId: 'mine' }
  ]
  t.match(await granted({}, requested), [{ ...requested[0], currency: 'JPY', budgetId: String }, requested[1]],
    'untouched, the request is granted as it was made')
  t.match(await granted({ limit: 'standard' }, requested), [{ ...whole, maxAmount: 10_000 }])
  t.equal(await granted({ limit: 'none' }, requested), undefined)
})

t.test('limits — the page says the requested ones in words and preselects them', async t => {
  const details = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, maxTotalAmount: 20_000, ticketIds: [1, 2] }]
  const { page } = await freshPage({ authorization_details: JSON.stringify(details) })
  t.match(page.html, 'book, up to ¥8,000 per reservation, up to ¥20,000 in total, only tickets 1, 2')
  t.match(page.html, /value="requested"[^>]* checked/)
  const { page: japanese } = await freshPage({ authorization_details: JSON.stringify(details) }, JAPANESE)
  t.match(japanese.html, '予約、1 回の予約につき ¥8,000 まで、合計 ¥20,000 まで、対象チケット：1、2')

  const { page: plain } = await freshPage()
  t.notMatch(plain.html, 'value="requested"')
  t.match(plain.html, /value="standard"[^>]* checked/)
  t.equal((await submit(plain, { ...LOGIN, limit: 'requested' })).status, 400, 'nothing was requested')
})

t.test('limits — nobody is asked for money where the request can spend none', async t => {
  covers('practice.pages-for-people')
  const { page, clientId, verifier } = await freshPage({ scope: 'mcp:tickets:read' })
  t.notMatch(page.html, 'How much may it spend?')
  t.notMatch(page.html, 'name="limit"')
  t.equal((await submit(page, { ...LOGIN, limit: 'standard' })).status, 400, 'a limit that was not offered')
  const { body } = await redeemCode(issuer, clientId, String((await submitAndReturn(page, LOGIN)).searchParams.get('code')), verifier)
  t.notOk(Object.hasOwn(body, 'authorization_details'))
  const details = JSON.stringify([{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, ticketIds: [2] }])
  const { page: wished } = await freshPage({ scope: 'mcp:tickets:read', authorization_details: details })
  t.match(wished.html, 'only ticket 2', 'a limit that is asked for is shown')
})

t.test('scopes — a request with none that is known goes back to the client, with those that are', async t => {
  covers('practice.pages-for-people')
  const { page } = await freshPage({ scope: 'invoices:read' })
  const back = new URL((await page.jar.fetch(page.response.headers.get('location') ?? '')).headers.get('location') ?? '')
  t.equal(back.searchParams.get('error'), 'invalid_scope')
  t.match(back.searchParams.get('error_description'), /known are: mcp:tickets:read mcp:tickets:write/)
})

t.test('page — a long name of a client is cut in the question', async t => {
  const { client_id: clientId } = await registerClient(issuer, { ...TUTORIAL_REGISTRATION, client_name: 'n'.repeat(200) })
  const { html } = await openPage(authorizationUrl(issuer, clientId, createPkce().challenge))
  t.match(html, `<bdi class="client">${'n'.repeat(60)}…</bdi>`)
  t.notMatch(html, 'n'.repeat(61))
})

t.test('limits — a custom amount that is no whole number of yen shows the page again', async t => {
  const { page } = await freshPage()
  for (const customAmount of ['', '0', '-5', '1.5', '1e3', 'ten', '1,00', '100000001', '0x10']) {
    const again = await submit(page, { ...LOGIN, limit: 'custom', customAmount })
    t.equal(again.status, 400, customAmount)
    const html = await again.text()
    t.match(html, 'The custom limit is a whole number of yen')
    t.match(html, /id="customAmount"[^>]* aria-invalid="true"[^>]* autofocus/, 'the focus is where the mistake is')
    t.equal(html.match(/ autofocus/g)?.length, 1)
  }
  const both = await (await submit(page, { ...LOGIN, password: 'no', limit: 'custom', customAmount: '0' })).text()
  t.match(both, /The ID or the password is wrong\. The custom limit is a whole number/, 'everything that is wrong is told')
  t.match(both, /id="password"[^>]* autofocus/)
  const total = await submit(page, { ...LOGIN, limit: 'custom', customAmount: '5000', customTotalAmount: '4999' })
  t.match(await total.text(), 'The total is a whole number of yen')
  t.equal((await submit(page, { ...LOGIN, limit: 'everything' })).status, 400)
  t.match(await (await submit(page, { loginId: 'inga', password: 'inga' })).text(), 'Choose Authorize or Deny.')
})
