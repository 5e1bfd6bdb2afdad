// What the ticket shop refuses: forged forms, other people's reservations, sessions that another person made, ways out to other sites.

import t from 'tap'
import { ownPath } from '../../src/ticket-site/login-routes.ts'
import { covers } from '../support/covers.ts'
import { openPage, submitAndReturn } from '../support/practice-client.ts'
import { hiddenFields, openShop, Visitor } from '../support/shop.ts'

const WISH = '3f0c1f5e-6a2b-4c3d-8e9f-0a1b2c3d4e5f'

t.test('shop — a form without the token of the session is refused, and changes nothing', async t => {
  covers('shop.csrf')
  const { origin, service, practice } = await openShop(t)
  const [inga, taro] = [new Visitor(origin), new Visitor(origin)]
  await inga.logIn('inga')
  await taro.logIn('taro')
  const form = { ticket: '1', seats: '1', wish: WISH }
  const { _csrf: ofTaro = '' } = hiddenFields((await taro.get('/tickets/1')).html, '/reservations')
  const { _csrf: own = '' } = hiddenFields((await inga.get('/tickets/1')).html, '/reservations')
  t.match(await inga.post('/reservations', form), { status: 403, html: /too old/ })
  t.equal((await inga.post('/reservations', { ...form, _csrf: ofTaro })).status, 403)
  t.match(await inga.post('/reservations', { ...form, _csrf: own }, { origin: 'http://attacker.example' }), { status: 403, html: /another site/ })
  t.equal((await new Visitor(origin).post('/reservations', { ...form, _csrf: own })).status, 403)
  for (const path of ['/logout', '/applications/revoke', '/reservations/1/cancel']) t.equal((await inga.post(path, {})).status, 403, path)
  t.strictSame(await service.desk.reservationsOf({ issuer: practice.issuer, subject: '1004' }), [])
  t.equal((await inga.post('/reservations', { ...form, _csrf: own }, { origin })).status, 303)
})

t.test('shop — a reservation of another person is as one that does not exist', async t => {
  covers('shop.own-reservations-only')
  const { origin, service, practice } = await openShop(t)
  const person = { issuer: practice.issuer, subject: '1004' }
  const reserved = await service.desk.reserve(person, 1, 1, 'of inga')
  const id = reserved.ok ? reserved.value.reservation.id : 0
  const taro = new Visitor(origin)
  await taro.logIn('taro')
  const { _csrf = '' } = hiddenFields((await taro.get('/tickets/1')).html, '/reservations')
  t.match((await taro.get('/reservations')).html, /You have no reservations/)
  t.notMatch((await taro.get(`/reservations?made=${id}`)).html, /is made/)
  const [question, deed, missing] = [
    await taro.get(`/reservations/${id}/cancel`), await taro.post(`/reservations/${id}/cancel`, { _csrf }), await taro.get('/reservations/999/cancel')
  ]
  t.strictSame([question.status, deed.status, missing.status], [404, 404, 404])
  t.match(await service.desk.reservationsOf(person), [{ id, status: 'active' }])
})

t.test('shop — a session from before the login is worth nothing after it', async t => {
  covers('shop.session-fixation')
  const { origin } = await openShop(t)
  const inga = new Visitor(origin)
  const started = await inga.get('/login')
  const planted = inga.jar.headerFor(origin)
  const back = await submitAndReturn(await openPage(started.location ?? ''), { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  t.equal((await inga.get(back.pathname + back.search)).status, 303)
  t.equal((await inga.get('/reservations')).status, 200)
  const other = await fetch(`${origin}/reservations`, { headers: { cookie: planted } })
  t.equal(other.status, 401)
  t.match(started.headers.get('set-cookie'), /HttpOnly.*SameSite=Lax/i)

  const used = inga.jar.headerFor(origin)
  await inga.submit('/reservations', '/logout')
  t.equal((await fetch(`${origin}/reservations`, { headers: { cookie: used } })).status, 401, 'a session ends with the logout')
})

t.test('shop — an answer of a login counts once, in the browser that began it, for ten minutes', async t => {
  covers('shop.login')
  let now = 0
  const { origin } = await openShop(t, { monotonicMs: () => now })
  const begin = async (visitor: Visitor) => {
    const started = await visitor.get('/login')
    return submitAndReturn(await openPage(started.location ?? ''), { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  }
  const inga = new Visitor(origin)
  const answer = await begin(inga)
  const path = answer.pathname + answer.search
  t.equal((await new Visitor(origin).get(path)).status, 400, 'another browser')
  const other = await begin(inga)
  other.searchParams.set('iss', 'http://attacker.example')
  t.equal((await inga.get(other.pathname + other.search)).status, 400, 'the issuer in the answer is checked')
  t.equal((await inga.get(path)).status, 303)
  t.equal((await inga.get(path)).status, 400, 'used')

  const late = await begin(inga)
  now += 600_001
  t.equal((await inga.get(late.pathname + late.search)).status, 400, 'too late')
  t.equal((await inga.get('/reservations')).status, 200)
  now += 8 * 3600_000
  t.equal((await inga.get('/reservations')).status, 401, 'a session ends after eight hours')
})

t.test('shop — nothing leads to another site after a login', async t => {
  covers('shop.open-redirect')
  const ways = ['//attacker.example', '/\\attacker.example', 'http://attacker.example', '/\t/attacker.example', '', null, '/login/callback', 'x', '/a\nb']
  t.strictSame(ways.map(ownPath), ways.map(() => '/'))
  t.equal(ownPath('/tickets/2?lang=ja'), '/tickets/2?lang=ja')
  const { origin } = await openShop(t)
  t.equal((await new Visitor(origin).logIn('inga', '//attacker.example/')).location, '/')
})

t.test('shop — no token, code or verifier is in a page, a header or a line of the log', async t => {
  covers('shop.nothing-shown')
  const secrets: string[] = []
  const plain = globalThis.fetch
  t.teardown(() => { globalThis.fetch = plain })
  globalThis.fetch = async (...request) => {
    const response = await plain(...request)
    const url = request[0] instanceof Request ? request[0].url : String(request[0])
    if (url.endsWith('/api/token')) {
      const reply: unknown = await response.clone().json()
      const { access_token: access, id_token: id } = reply as { access_token: string, id_token: string }
      secrets.push(access, id, ...id.split('.'), new URLSearchParams(request[1]?.body as string | undefined).get('code_verifier') ?? '')
    }
    return response
  }
  const { origin, lines } = await openShop(t)
  const inga = new Visitor(origin)
  await inga.logIn('inga')
  for (const path of ['/', '/tickets/1', '/reservations', '/applications']) await inga.get(path)
  await inga.submit('/tickets/1', '/reservations', { seats: '1' })
  await inga.submit('/reservations', '/logout')
  t.ok(secrets.filter(secret => secret.length > 20).length >= 4, 'they were seen on their way')
  const shown = [...inga.seen, ...lines].join('\n')
  t.strictSame(secrets.filter(secret => shown.includes(secret)), [])
})
