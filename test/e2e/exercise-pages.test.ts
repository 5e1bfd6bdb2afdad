// The pages of the exercises in a browser: both languages and themes, a phone and a projector, the keyboard alone, without a script, and
// changes that appear by themselves.

import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { createClassBook, type ClassBook } from '../../src/exercises/class-book.ts'
import { createClassPages } from '../../src/exercises/exercises-listener.ts'
import type { SeenCall } from '../../src/exercises/seen-call.ts'
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser/browser.ts'
import { covers } from '../support/covers.ts'
import { freePorts } from '../support/processes.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { seriousFindings } from '../support/serious-findings.ts'

const SKIPPED = { skip: findBrowser() === undefined && NO_BROWSER }
const LOOK = { skip: whySkippedTheSecondTime || SKIPPED.skip }
const ISSUER = 'http://localhost:9000'
const LOGINS = Array.from({ length: 40 }, (_, index) => `user${String(index + 1).padStart(2, '0')}`)
const PHONE = { width: 360, height: 800 }
const PROJECTOR = { width: 1920, height: 1080 }

function call (subject: string, number: number, more: Partial<SeenCall> = {}): SeenCall {
  return {
    number,
    at: Date.now(),
    home: true,
    issuer: ISSUER,
    subject,
    resource: 'http://localhost:3443/mcp',
    tool: 'list_tickets',
    tokenHash: `token-${subject}`,
    granted: true,
    reason: 'permitted',
    remark: '',
    status: 200,
    kept: false,
    scopes: [],
    expiresAt: undefined,
    details: [],
    needed: {},
    wantedScopes: [],
    remedy: [],
    ...more
  }
}

interface Opened { readonly origin: string, readonly book: ClassBook, readonly tell: () => void, readonly resets: string[] }

async function open (t: Test): Promise<Opened> {
  const book = createClassBook({ logins: LOGINS, issuer: ISSUER, now: Date.now })
  const resets: string[] = []
  for (const [index, login] of LOGINS.entries()) {
    if (index % 4 === 3) continue
    book.see(call(login, index * 10 + 1))
    if (index % 2 === 0) book.see(call(login, index * 10 + 2, { kept: true }))
    if (index % 3 === 0) {
      for (const count of [3, 4, 5]) {
        book.see(call(login, index * 10 + count, { granted: false, status: 403, reason: 'insufficient-scope', tool: 'reserve_ticket' }))
      }
    }
  }
  const addresses = {
    tickets: 'http://localhost:3443/mcp', files: 'http://localhost:3443/files', issuer: ISSUER, folder: '/data/workshop/files/projects'
  }
  const [port = 0] = await freePorts(1)
  const origin = `http://127.0.0.1:${port}`
  const pages = createClassPages({
    settings: { origin, addresses, teacherSecret: undefined },
    book,
    connected: () => true,
    missed: () => 0,
    now: Date.now,
    reset () {
      resets.push('reset')
      book.reset()
      return Promise.resolve({ progress: true, tickets: true, lab: false })
    }
  })
  pages.server.listen(port, '127.0.0.1')
  await once(pages.server, 'listening')
  t.teardown(() => {
    pages.close()
    pages.server.close()
    pages.server.closeAllConnections()
  })
  return { origin, book, tell: pages.tell, resets }
}

t.test('every look — no serious finding, no sideways scroll; the whole class is on one projector', LOOK, async t => {
  covers('exercises.accessible')
  const { origin } = await open(t)
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const found: unknown[] = []
  for (const locale of ['en', 'ja'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [PHONE, PROJECTOR]) {
        const context = await browser.newContext({ locale, colorScheme, viewport })
        const page = await context.newPage()
        page.on('console', message => { if (message.type() === 'error') found.push(`${locale}: ${message.text()}`) })
        for (const path of ['/', '/people/user01', '/people/user04', '/class']) {
          await page.goto(origin + path)
          const name = `${locale} ${colorScheme} ${viewport.width} ${path}`
          found.push(...(await seriousFindings(page)).map(finding => `${name}: ${finding}`))
          if (await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')) found.push(`${name}: too wide`)
          if (await page.locator('html').getAttribute('lang') !== locale) found.push(`${name}: not in this language`)
          if (path === '/class' && viewport === PROJECTOR) {
            const last = await page.locator('th[scope=row]').last().boundingBox()
            if (last === null || last.y + last.height > PROJECTOR.height) found.push(`${name}: user40 is below the screen`)
          }
          if (process.env['EXERCISE_PICTURES'] !== undefined) {
            await page.screenshot({ path: `${process.env['EXERCISE_PICTURES']}/${name.replaceAll(/[ /]+/g, '-')}.png`, fullPage: true })
          }
        }
        await context.close()
      }
    }
  }
  t.strictSame(found, [])
})

t.test('a tick — appears without a reload, keeps the focus and what is open, and works by keyboard', SKIPPED, async t => {
  covers('exercises.accessible', 'exercises.ticked-by-decisions')
  const { origin, book, tell } = await open(t)
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const page = await browser.newPage({ locale: 'en' })
  await page.goto(`${origin}/people/user40`)
  t.equal(await page.locator('li.done').count(), 0)
  await page.locator('#how-6 summary').focus()
  await page.keyboard.press('Enter')
  await page.locator('#how-6[open]').waitFor()
  const stream = page.waitForResponse(response => response.url().includes('/changes'))
  await page.reload()
  await stream
  await page.locator('#copy-commands-1').focus()
  book.see(call('user40', 901))
  book.see(call('user40', 902, { kept: true }))
  tell()
  await page.locator('#exercise-2.done').waitFor()
  t.match(await page.locator('#progress').innerText(), /1 of 10 done/)
  t.equal(await page.locator('#copy-commands-1:focus').count(), 1, 'the focus is where it was')
  t.match(await page.locator('#exercise-2').innerText(), /request #901, #902 in the console/)
})

t.test('odd requests — a target that is no path, a foreign Host, an unknown person: refused, and the pages go on', async t => {
  covers('exercises.reset')
  const { origin, resets } = await open(t)
  const { port } = new URL(origin)
  const statusOf = async (head: string) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.end(`${head}\r\nConnection: close\r\n\r\n`)
    let text = ''
    for await (const chunk of socket.setEncoding('utf8')) text += String(chunk)
    return text.slice(9, 12)
  }
  const own = `Host: 127.0.0.1:${port}`
  t.strictSame(await Promise.all([
    statusOf(`GET http://[ HTTP/1.1\r\n${own}`),
    statusOf(`GET //evil.example/class HTTP/1.1\r\n${own}`),
    statusOf('GET /class HTTP/1.1\r\nHost: evil.example'),
    statusOf(`GET /people/user99 HTTP/1.1\r\n${own}`),
    statusOf(`POST /class/reset HTTP/1.1\r\n${own}\r\nContent-Length: 0`),
    statusOf(`POST /class/reset HTTP/1.1\r\n${own}\r\nOrigin: http://evil.example\r\nContent-Length: 0`),
    statusOf(`DELETE /class HTTP/1.1\r\n${own}\r\nOrigin: ${origin}`),
    statusOf(`GET /class HTTP/1.1\r\n${own}`)
  ]), ['400', '404', '403', '404', '403', '403', '405', '200'])
  t.strictSame(resets, [])
  const missing = await fetch(`${origin}/people/user99?lang=ja`)
  t.match(await missing.text(), /<html lang="ja".*<h1>ページがありません。<\/h1>.*href="\/\?lang=ja"/s)
})

t.test('without a script — the pages are whole and look again by themselves; the reset is one button', SKIPPED, async t => {
  covers('exercises.accessible', 'exercises.reset')
  const { origin, book, resets } = await open(t)
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const context = await browser.newContext({ locale: 'en', javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${origin}/people/user01`)
  t.match(await page.locator('main').innerText(), /Get refused, read the challenge/)
  t.equal(await page.locator('noscript meta').count(), 1)
  await page.goto(`${origin}/class`)
  await page.locator('#reset summary').click()
  await page.getByRole('button', { name: 'Reset the class' }).click()
  await page.locator('ul[role=status]').waitFor()
  t.strictSame(resets, ['reset'])
  t.match(await page.locator('ul[role=status]').innerText(), /✓ Ticks.*✕ The lab.*did not work/s)
  t.equal(book.attendee('user01')?.calls.length, 0)
})
