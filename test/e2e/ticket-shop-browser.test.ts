// The pages of the ticket shop in a real browser: readable in both languages, narrow and wide, light and dark; usable without JavaScript
// and with the keyboard alone.

import type { Page } from 'playwright-core'
import t from 'tap'
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser/browser.ts'
import { covers } from '../support/covers.ts'
import { obtainToken } from '../support/practice-client.ts'
import { openShop, Visitor } from '../support/shop.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { seriousFindings } from '../support/serious-findings.ts'

const skip = findBrowser() === undefined && NO_BROWSER
const LOOK = { skip: whySkippedTheSecondTime || skip }
const WIDTHS = [360, 1920]

/** Rules that are broken seriously, and what keeps the page from fitting. */
async function findingsOn (page: Page): Promise<string[]> {
  const tooWide: unknown = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
  return [...await seriousFindings(page), ...tooWide === true ? ['scrolls sideways'] : []]
}

t.test('shop — every page fits and has no serious accessibility finding, in both languages, narrow and wide', LOOK, async t => {
  covers('shop.readable')
  const { origin, practice, service } = await openShop(t, { readsEndAfter: 60 })
  const person = { issuer: practice.issuer, subject: '1004' }
  const { clientId } = await obtainToken(practice.issuer, {
    parameters: { authorization_details: JSON.stringify([{ type: 'ticket-reservation', actions: ['book'], maxAmount: 16_000 }]) }
  })
  const made = await service.desk.reserve(person, 2, 2, 'first')
  const id = made.ok ? made.value.reservation.id : 0
  const gone = await service.desk.reserve(person, 1, 1, 'second')
  if (gone.ok) await service.desk.cancel(person, gone.value.reservation.id)
  await service.desk.reserve({ ...person, subject: '1005' }, 3, 100, 'all')
  const inga = new Visitor(origin)
  await inga.logIn('inga')

  const forEveryone = ['/', '/?q=nothing-like-it', '/tickets/2', '/tickets/3', '/reservations', '/tickets/99']
  const forInga = [
    '/', '/tickets/2', `/reservations?made=${id}`, `/reservations/${id}/cancel`, '/applications', '/applications?revoked=yes',
    `/applications/revoke?client=${clientId}`
  ]
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const refused: string[] = []
  const findings: string[] = []
  for (const width of WIDTHS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      page.on('console', message => { if (/Content Security Policy/.test(message.text())) refused.push(message.text()) })
      const look = async (path: string) => {
        for (const lang of ['en', 'ja']) {
          const url = new URL(path, origin)
          url.searchParams.set('lang', lang)
          await page.goto(url.href)
          findings.push(...(await findingsOn(page)).map(finding => `${path} ${lang} ${width} ${colorScheme}: ${finding}`))
        }
      }
      for (const path of forEveryone) await look(path)
      const session = inga.jar.all.filter(({ name }) => name === 'shop_session')
      await context.addCookies(session.map(({ name, value }) => ({ name, value, url: origin })))
      for (const path of forInga) await look(path)
      await context.close()
    }
  }
  t.strictSame(findings, [])
  t.strictSame(refused, [], 'nothing of a page is against its own policy')
})

t.test('shop — without JavaScript and with the keyboard alone: log in, reserve, cancel, revoke, log out', { skip }, async t => {
  covers('shop.readable', 'shop.login', 'shop.reserve-and-cancel', 'shop.applications')
  const { origin, practice } = await openShop(t)
  await obtainToken(practice.issuer)
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en', viewport: { width: 360, height: 800 } })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const press = async (name: RegExp, role: 'link' | 'button') => {
    await page.getByRole(role, { name }).first().focus()
    await page.keyboard.press('Enter')
  }
  await page.goto(`${origin}/tickets/2`)
  await press(/Log in to reserve/, 'link')
  await page.locator('#loginId').fill('inga')
  await page.locator('#password').fill('inga')
  await press(/^Log in$/, 'button')
  await page.getByLabel('Seats').fill('2')
  await press(/^Reserve$/, 'button')
  await page.getByText(/Reservation \d+ is made/).waitFor()
  await press(/^Cancel/, 'link')
  await press(/^Cancel/, 'button')
  await page.getByText(/is cancelled, and its seats are free again/).waitFor()
  await press(/Applications that may act/, 'link')
  await press(/^Revoke MCP Inspector/, 'link')
  await press(/^Revoke MCP Inspector/, 'button')
  await page.getByText('The application may not act for you any more.').waitFor()
  await press(/^日本語$/, 'link')
  await page.getByText('代理を許可したアプリはありません。').waitFor()
  await press(/^ログアウト$/, 'button')
  await page.getByRole('link', { name: 'ログイン' }).waitFor()
  await page.goto(`${origin}/reservations`)
  t.match(await page.locator('h1').innerText(), 'ログインしてください')
})
