// The ticket shop in a browser without script: what everyone sees, what a person does, and what is refused.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { hiddenFields, openShop, Visitor } from '../support/shop.ts'

t.test('shop — everyone sees the catalogue, searches it, and reads it in the other language', async t => {
  covers('shop.catalogue')
  const { origin } = await openShop(t)
  const visitor = new Visitor(origin)
  const catalogue = await visitor.get('/')
  t.equal(catalogue.status, 200)
  t.match(catalogue.html, /50 of 50 seats left/)
  t.match(catalogue.headers.get('content-security-policy'), /default-src 'none'/)
  t.notMatch(catalogue.html, /<script/)
  const found = await visitor.get('/?q=node')
  t.strictSame([...found.html.matchAll(/href="\/tickets\/(\d+)"/g)].map(([, id]) => id), ['2'])
  t.match((await visitor.get('/?q=nothing-like-it')).html, /No ticket fits/)
  t.match((await visitor.get('/tickets/2?lang=ja')).html, /<html lang="ja">[^]*ログインして予約する/)
  t.match((await visitor.get('/tickets/2')).html, /<html lang="ja">/, 'the language is kept')
  t.equal((await visitor.get('/tickets/99')).status, 404)
})

t.test('shop — a person logs in, reserves, and cancels; a form that is sent twice reserves once', async t => {
  covers('shop.login', 'shop.reserve-and-cancel')
  const { origin, practice, service } = await openShop(t)
  const inga = new Visitor(origin)
  t.equal((await inga.get('/reservations')).status, 401)
  const back = await inga.logIn('inga', '/tickets/2')
  t.equal(back.location, '/tickets/2')
  const page = await inga.get('/tickets/2')
  t.match(page.html, /<bdi>inga<\/bdi>/)

  const form = { ...hiddenFields(page.html, '/reservations'), seats: '3' }
  const made = await inga.post('/reservations', form)
  t.match(made, { status: 303, location: /^\/reservations\?made=\d+$/ })
  t.strictSame((await inga.post('/reservations', form)).location, made.location)
  const mine = await inga.get(made.location ?? '')
  t.match(mine.html, /role="status">✓ Reservation \d+ is made[^]*Node\.js[^]*3 seats[^]*¥24,000[^]*✓ You<\/b> made this here/)
  const reservations = await service.desk.reservationsOf({ issuer: practice.issuer, subject: '1004' })
  t.match(reservations, [{ seats: 3, status: 'active', madeBy: { through: 'site' } }])

  const action = `/reservations/${reservations[0]?.id ?? 0}/cancel`
  const cancelled = await inga.submit(action, action)
  t.match(cancelled.location, /^\/reservations\?cancelled=\d+$/)
  t.match((await inga.get(cancelled.location ?? '')).html, /is cancelled, and its seats are free again[^]*cancelled by: You/)
  t.equal((await service.desk.find(2))?.availableSeats, 30)
  t.match(await inga.submit(action, action), { status: 409, html: /cancelled already/ })
})

t.test('shop — what cannot be reserved is said on the page of the ticket, with what was typed', async t => {
  covers('shop.reserve-and-cancel')
  const { origin, service, practice } = await openShop(t)
  const inga = new Visitor(origin)
  await inga.logIn('inga')
  t.match(await inga.submit('/tickets/2', '/reservations', { seats: '31' }), { status: 409, html: /Not enough seats: 30 left[^]*value="31"/ })
  t.match(await inga.submit('/tickets/2', '/reservations', { seats: '1.5' }), { status: 400, html: /whole number[^]*value="1\.5"/ })
  const page = await inga.get('/tickets/2')
  await service.desk.reserve({ issuer: practice.issuer, subject: '1005' }, 2, 30, 'all')
  t.match(await inga.post('/reservations', { ...hiddenFields(page.html, '/reservations'), seats: '1' }), { status: 409, html: /It is sold out/ })
  t.match((await inga.get('/')).html, /✕ sold out/)
  t.equal((await inga.post('/reservations', { ...hiddenFields(page.html, '/reservations'), ticket: '99', seats: '1' })).status, 404)
  t.strictSame(await service.desk.reservationsOf({ issuer: practice.issuer, subject: '1004' }), [])
})

t.test('shop — a title of markup and of turned characters is text', async t => {
  covers('shop.hostile-texts')
  const title = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>'
  const { origin } = await openShop(t, {
    desk: desk => ({
      ...desk,
      catalogue: async search => (await desk.catalogue(search)).map(ticket => ({ ...ticket, title, description: title })),
      find: async id => {
        const ticket = await desk.find(id)
        return ticket && { ...ticket, title, description: title }
      }
    })
  })
  const visitor = new Visitor(origin)
  for (const path of ['/', '/tickets/1', `/?q=${encodeURIComponent(title)}`]) {
    const { html } = await visitor.get(path)
    t.notMatch(html, /<script|<img/, path)
    t.match(html, /&lt;script&gt;alert\(1\)/, path)
  }
})

t.test('shop — another host name is not the shop', async t => {
  covers('shop.own-host')
  const { origin } = await openShop(t)
  const { port } = new URL(origin)
  t.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 421)
  t.equal((await fetch(`${origin}/health`)).status, 200)
  t.strictSame(await (await fetch(`${origin}/ready`)).json(), { status: 'ready' })
})
