// The pages of the gateway and of the practice authorization server in a browser: both languages and themes, a phone and a projector,
// without a serious finding of axe and without scrolling sideways.

import { pino } from 'pino'
import t from 'tap'
import { loadConfig } from '../../src/config/load.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser/browser.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { authorizationUrl, createPkce, registerClient } from '../support/practice-client.ts'
import { freePorts } from '../support/processes.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { seriousFindings } from '../support/serious-findings.ts'

const SIZES = [{ width: 360, height: 800 }, { width: 1920, height: 1080 }]

const LEFT_OUT = { skip: whySkippedTheSecondTime || (findBrowser() === undefined && NO_BROWSER) }

t.test('pages — readable on a phone and on a projector, in both languages and themes', LEFT_OUT, async t => {
  covers('http.pages-for-browsers', 'practice.pages-for-people')
  const [port = 0] = await freePorts(1)
  const gateway = `http://localhost:${port}`
  const practice = await createPracticeServer({ resources: [`${gateway}/mcp`] })
  const loaded = loadConfig({
    env: {
      PORT: String(port),
      RESOURCE_IDENTIFIER: `${gateway}/mcp`,
      AUTHORIZATION_SERVER_ISSUER: practice.issuer,
      STORAGE_URL: 'sqlite::memory:',
      NOTICES_PORT: '0'
    }
  })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
  const settings = fixedSettings({ ...loaded.value.config, console: { ...loaded.value.config.console, enabled: false } })
  const app = await createApp({ settings, logger: pino({ level: 'silent' }), version: '0.0.0', openService: openTicketService })
  await app.listen({ host: 'localhost', port })
  const browser = await launchBrowser()
  t.teardown(async () => { await browser.close(); await app.close(); await practice.close() })
  const { client_id: clientId } = await registerClient(practice.issuer)
  const asked = (scope: string) => authorizationUrl(practice.issuer, clientId, createPkce().challenge, { resource: `${gateway}/mcp`, scope })
  const addresses = [
    `${gateway}/`, `${gateway}/nothing`, `${gateway}/mcp`, `${gateway}/docs/mcp`, `${gateway}/policy/mcp`, `${practice.issuer}/`,
    `${practice.issuer}/nothing`, asked('mcp:tickets:read mcp:tickets:write'), asked('mcp:tickets:read')
  ]

  const each = collected(t)
  for (const [index, viewport] of SIZES.entries()) {
    for (const language of ['en', 'ja']) {
      const context = await browser.newContext({ locale: language, viewport, colorScheme: index === 0 ? 'dark' : 'light', bypassCSP: true })
      const page = await context.newPage()
      for (const address of addresses) {
        await page.goto(`${address}${address.includes('?') ? '&' : '?'}lang=${language}`)
        const where = `${address} ${language} ${viewport.width}`
        each.equal(await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth'), false, `${where}: scrolls sideways`)
        each.equal(await page.locator('main').count(), 1, where)
        each.strictSame(await seriousFindings(page), [], where)
        const { PICTURES } = process.env
        if (PICTURES !== undefined) {
          await page.screenshot({ path: `${PICTURES}/${addresses.indexOf(address)}-${language}-${viewport.width}.png`, fullPage: true })
        }
      }
      await context.close()
    }
  }
  each.end()
})
