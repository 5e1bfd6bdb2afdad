// The page of the lab in a real browser: both languages, the width of a telephone, the keyboard alone, no script.

import t from 'tap'
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser/browser.ts'
import { openWindow } from '../browser/person.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import { introspect } from '../support/practice-client.ts'
import { seriousFindings } from '../support/serious-findings.ts'

if (findBrowser() === undefined && process.env['CI'] !== 'true') {
  t.plan(0, NO_BROWSER)
  process.exit()
}

const server = await createPracticeServer({ lab: {}, people: 40 })
t.teardown(() => server.close())
const browser = await launchBrowser()
t.teardown(() => browser.close())

t.test('first page — the accounts of a class are one row, and no heading is broken inside a word', async t => {
  const page = await openWindow(browser, 'en')
  await page.setViewportSize({ width: 375, height: 800 })
  await page.goto(server.issuer)
  t.strictSame(await page.locator('thead + tbody tr').allInnerTexts(), [
    'inga\tinga\t1004', 'taro\ttaro\t1005', 'user01 … user40\tuser01 … user40\tuser01 … user40'
  ])
  const broken = await page.evaluate(`[...document.querySelectorAll('tbody th')].filter(cell => {
    const words = document.createRange()
    words.selectNodeContents(cell)
    return words.getClientRects().length > cell.textContent.split(' ').length
  }).map(cell => cell.textContent)`)
  t.strictSame(broken, [])
  await page.context().close()
})

t.test('lab page — shows each switch in both languages without a sideways scroll', async t => {
  covers('practice.lab-page')
  for (const [language, heading, button] of [['en', 'Lab', 'All switches off'], ['ja', 'ラボ', 'すべてオフ']] as const) {
    for (const width of [360, 1920]) {
      const page = await openWindow(browser, language)
      const problems: string[] = []
      page.on('console', message => { if (message.type() === 'error') problems.push(message.text()) })
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`${server.issuer}/lab`)
      t.equal(await page.locator('h1').innerText(), heading)
      t.equal(await page.locator('html').getAttribute('lang'), language)
      t.equal(await page.locator('.cards section').count(), 10)
      t.equal(await page.locator('#person option').count(), 43)
      t.equal(await page.getByRole('button', { name: button }).count(), 1)
      t.equal(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), true, `${language} at ${width} px`)
      t.strictSame(problems, [], 'nothing violates the content security policy')
      await page.context().close()
    }
  }
})

t.test('lab page — a switch is turned by the keyboard alone, for one person, and off again', async t => {
  covers('practice.lab-page')
  const page = await openWindow(browser)
  t.teardown(() => page.context().close())
  await page.goto(`${server.issuer}/lab`)
  await page.locator('#person').focus()
  await page.keyboard.type('user07')
  const focused = page.locator('button[value="on slow"]:focus')
  for (let presses = 0; presses < 30 && await focused.count() === 0; presses += 1) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('status').waitFor()
  t.match(await page.locator('main').innerText(), /On: Authorization server is slow, for user07, (10:00|9:\d\d) left/)
  t.equal(await page.locator('#person').inputValue(), 'user07', 'the choice is kept')
  await page.getByRole('link', { name: '日本語' }).click()
  t.match(await page.locator('main').innerText(), 'オン：認可サーバーの遅延（対象：user07')
  await page.locator('button[value="off slow"]').click()
  t.match(await page.locator('main').innerText(), 'オンのスイッチはありません。')
})

t.test('lab page — no serious finding, light and dark, on a telephone and on a projector, with a switch on', async t => {
  covers('practice.lab-page')
  await fetch(`${server.issuer}/lab/switches/slow`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"for":"all"}' })
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1920]) {
      const context = await browser.newContext({ locale: 'en', colorScheme, viewport: { width, height: 900 } })
      const page = await context.newPage()
      await page.goto(`${server.issuer}/lab`)
      await page.locator('button[value="off slow"]').waitFor()
      found.push(...(await seriousFindings(page)).map(finding => `${colorScheme} ${width}: ${finding}`))
      await context.close()
    }
  }
  t.strictSame(found, [])
})

t.test('lab page — the reset button switches all off and ends every token', async t => {
  covers('practice.lab-page')
  const token = await server.mintToken({ subject: 'user07', scope: 'mcp:tickets:read' })
  t.equal((await introspect(server.issuer, token)).body['active'], true)
  const page = await openWindow(browser)
  t.teardown(() => page.context().close())
  await page.goto(`${server.issuer}/lab`)
  await page.locator('button[value="on no-write"]').click()
  await page.locator('button[value="off no-write"]').waitFor()
  await page.locator('button[value="reset"]').click()
  await page.getByText('No switch is on.').waitFor()
  t.equal((await introspect(server.issuer, token)).body['active'], false)
})
