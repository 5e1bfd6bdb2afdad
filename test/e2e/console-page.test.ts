// The console in a browser, in front of the server as built: a refusal, filters, pause, keys, both languages and themes, a phone and a
// projector, and a session that is saved and replayed.

import t, { type Test } from 'tap'
import type { Browser, Page } from 'playwright-core'
import type { JsonObject } from '../../src/kernel/json.ts'
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser/browser.ts'
import { covers } from '../support/covers.ts'
import { startGatewayServer, startPeopleServer, type GatewayServer, type PeopleServer } from '../support/gateway-server.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { seriousFindings } from '../support/serious-findings.ts'

const LIMIT = { type: 'ticket-reservation', actions: ['book'], maxAmount: 10_000, currency: 'JPY' }
/** Of a type that no tool here declares. */
const FOREIGN = { type: 'notes', note: 'internal-note-8f3a' }
const SKIPPED = { skip: findBrowser() === undefined && NO_BROWSER }
const LOOK = { skip: whySkippedTheSecondTime || SKIPPED.skip }
const PHONE = { width: 360, height: 800 }
const PROJECTOR = { width: 1920, height: 1080 }

interface Opened { readonly server: GatewayServer, readonly people: PeopleServer, readonly address: string, readonly browser: Browser }

async function open (t: Test): Promise<Opened> {
  const people = await startPeopleServer(t)
  people.details = [LIMIT, FOREIGN]
  const server = await startGatewayServer(t, people, {
    console: { enabled: true, host: '127.0.0.1', port: 0 }, policy: { remediation: 'draft' }
  })
  const { port } = await server.logs('console')
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  return { server, people, address: `http://127.0.0.1:${Number(port)}/`, browser }
}

interface Look { readonly language?: 'en' | 'ja', readonly theme?: 'light' | 'dark', readonly viewport?: { width: number, height: number } }

/** Also collects what the page reports as a mistake, violations of its policy included. */
async function look (
  { browser, address }: Opened, { language = 'en', theme = 'light', viewport = PROJECTOR }: Look = {}
): Promise<{ readonly page: Page, readonly mistakes: string[] }> {
  const context = await browser.newContext({ locale: language, colorScheme: theme, viewport, reducedMotion: 'reduce', bypassCSP: false })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const mistakes: string[] = []
  page.on('console', message => { if (message.type() === 'error') mistakes.push(message.text()) })
  page.on('pageerror', error => { mistakes.push(error.message) })
  await page.goto(address)
  await page.locator('.status.is-live').waitFor()
  return { page, mistakes }
}

const reserve = (server: GatewayServer, seats: number) => server.call('reserve_ticket', { ticket_id: 2, seats })

/** Two calls of one person: over the limit, and a list. */
async function callTwice (server: GatewayServer): Promise<void> {
  await reserve(server, 9)
  await server.call('list_tickets', {})
}

t.test('a refusal — appears, and opened it says why, the remedy, the way, each check and its source', SKIPPED, async t => {
  covers('console.request-appears', 'console.explains-each-check')
  const opened = await open(t)
  const { page, mistakes } = await look(opened)
  await callTwice(opened.server)
  await page.locator('.row.refused').first().click()
  await page.locator('#verdict').waitFor()
  const text = await page.locator('.detail').innerText()
  t.match(text, /Refused: .*¥10,000 allowed/)
  t.match(text, /The remedy: ask the person for exactly this/)
  t.match(text, /"type":"ticket-reservation"/, 'the remedy is decoded')
  t.match(text, /Within the limit\?\s+✕ not in order/)
  t.match(text, /RFC 9396 §9/)
  t.match(text, /authorization_remediation/)
  t.equal(await page.locator('.lanes li').count() >= 5, true, 'arrival, question, answer, decision, answer')
  t.notMatch(text, /internal-note|person-1/, 'neither an undeclared member nor the token')
  t.strictSame(mistakes, [])
})

t.test('a total — what was left before the call and after it', SKIPPED, async t => {
  covers('console.totals')
  const opened = await open(t)
  opened.people.details = [{ ...LIMIT, maxTotalAmount: 20_000 }]
  const { page } = await look(opened)
  await reserve(opened.server, 1)
  await page.locator('.row.allowed').first().click()
  await page.locator('#used-heading').waitFor()
  t.match(await page.locator('.detail').innerText(), /Left of the total \(¥20,000\)\s+before the call\s+¥20,000\s+after the call\s+¥12,000/)
})

t.test('filters, pause and keys — each works without a mouse', SKIPPED, async t => {
  covers('console.filters-and-pause')
  const opened = await open(t)
  const { page } = await look(opened)
  await callTwice(opened.server)
  await page.locator('.row').nth(1).waitFor()
  await page.keyboard.press('j')
  await page.locator('#verdict').waitFor()
  await page.locator('.row[aria-current]:focus').waitFor()
  t.pass('the row has the focus')
  await page.keyboard.press('Escape')
  await page.locator('#verdict').waitFor({ state: 'detached' })
  await page.keyboard.press('p')
  await reserve(opened.server, 9)
  await page.getByText('Paused, 1 waiting').waitFor()
  t.equal(await page.locator('.row').count(), 2, 'nothing is added while it is paused')
  await page.keyboard.press('p')
  await page.locator('.row').nth(2).waitFor()
  await page.locator('#filter-outcome').selectOption('refused')
  await page.locator('.row.allowed').waitFor({ state: 'detached' })
  t.equal(await page.locator('.row').count(), 2)
  await page.locator('#filter-tool').selectOption('list_tickets')
  await page.getByText('Waiting for the first request').waitFor()
})

t.test('every look — both languages and themes, phone and projector: no serious finding, no sideways scroll', LOOK, async t => {
  covers('console.accessible')
  const opened = await open(t)
  const { page: first } = await look(opened)
  await callTwice(opened.server)
  await first.locator('.row').nth(1).waitFor()
  const found: unknown[] = []
  for (const language of ['en', 'ja'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      for (const viewport of [PHONE, PROJECTOR]) {
        const { page, mistakes } = await look(opened, { language, theme, viewport })
        await page.locator('.row').nth(1).waitFor()
        const name = `${language} ${theme} ${viewport.width}`
        const wide = () => page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')
        found.push(...(await seriousFindings(page)).map(finding => `${name} list: ${finding}`), ...(await wide() ? [`${name} list: too wide`] : []))
        await page.locator('.row.refused').first().click()
        await page.locator('#verdict').waitFor()
        found.push(...(await seriousFindings(page)).map(finding => `${name} open: ${finding}`), ...(await wide() ? [`${name} open: too wide`] : []))
        if (language === 'ja' && !/拒否/.test(await page.locator('#verdict').innerText())) found.push(`${name}: not Japanese`)
        if (process.env['CONSOLE_PICTURES'] !== undefined) {
          await page.screenshot({ path: `${process.env['CONSOLE_PICTURES']}/${name.replaceAll(' ', '-')}.png`, fullPage: true })
        }
        found.push(...mistakes)
        await page.context().close()
      }
    }
  }
  t.strictSame(found, [])
})

t.test('a saved session — replays without the gateway, says that it is a replay, and holds no token', SKIPPED, async t => {
  covers('console.saved-sessions')
  const opened = await open(t)
  const { page } = await look(opened)
  await callTwice(opened.server)
  await page.locator('.row').nth(1).waitFor()
  const saved = await (await fetch(new URL('/session.jsonl', opened.address))).text()
  t.notMatch(saved, /person-1|a first secret|internal-note/)
  t.match(JSON.parse(saved.split('\n')[0] ?? ''), { format: 'mcp-gateway-session/1' } satisfies JsonObject)
  opened.server.program.signal('SIGTERM')
  await opened.server.program.ended
  const file = (text: string) => ({ name: 'session.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(text) })
  await page.locator('input[type=file]').setInputFiles(file(`${saved}{"number":3,"request":{}}\n`))
  await page.getByText('This file is no saved session (line 4)').waitFor()
  await page.locator('input[type=file]').setInputFiles(file(saved))
  await page.locator('.band strong').waitFor()
  t.match(await page.locator('.band').innerText(), /Replay of a session.*Nothing on this page happens now/)
  t.match(await page.title(), /^▶ Replay/)
  await page.locator('.row.refused').first().click()
  t.match(await page.locator('#verdict').innerText(), /Refused: .*allowed/)
})
