// npm run screenshots: walks through a workshop and both lines of MCP Inspector at the addresses of the tutorial, in English and in
// Japanese, and writes the pictures of docs/images. Nothing else writes there.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startProtectedGateway } from '../support/protected-gateway.ts'
import { launchBrowser } from './browser.ts'
import { walkInspector1 } from './inspector-1.ts'
import { walkInspector2 } from './inspector-2.ts'
import { startInspector1, startInspector2, type InspectorProgram } from './inspector-program.ts'
import { openWindow } from './person.ts'
import { shrinkPng } from './png.ts'
import { takeWorkshopPictures } from './workshop-pictures.ts'

const CLIENT_PORT = 6274
const LANGUAGES = [
  { language: 'en', toolTitle: 'Reserve a ticket' },
  { language: 'ja', toolTitle: 'チケット予約' }
] as const

const home = mkdtempSync(join(tmpdir(), 'screenshots-'))
const browser = await launchBrowser()
try {
  for (const one of LANGUAGES) await walkIn(browser, one)
} finally {
  await browser.close()
  rmSync(home, { recursive: true, force: true })
}

async function walkIn (browser: Browser, { language, toolTitle }: (typeof LANGUAGES)[number]): Promise<void> {
  const directory = `docs/images/${language}`
  mkdirSync(directory, { recursive: true })
  const takePicture = async (page: Page, name: string): Promise<void> => {
    const picture = shrinkPng(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
    writeFileSync(join(directory, `${name}.png`), picture)
    console.log(`${directory}/${name}.png: ${Math.round(picture.length / 1024)} kB`)
  }
  await takeWorkshopPictures(browser, language, takePicture)
  if (process.argv.includes('--workshop')) return
  const gateway = await startProtectedGateway({
    at: { host: 'localhost', port: 3443 },
    practice: { port: 9000 },
    locale: language,
    config: { cors: { allowedOrigins: [`http://localhost:${CLIENT_PORT}`] } }
  })
  try {
    const common = { gatewayUrl: gateway.url, toolTitle, takePicture }
    await walkWith(await startInspector1(join(home, `1-${language}`), { client: CLIENT_PORT, server: 6277 }), async (page, address) => {
      await walkInspector1({ ...common, page, address, connectionType: 'Via Proxy' })
    })
    await walkWith(await startInspector2(join(home, `2-${language}`), { client: CLIENT_PORT, server: 6275 }), async (page, address) => {
      await walkInspector2({
        ...common,
        page,
        address,
        era: 'Modern',
        scopes: 'mcp:tickets:read',
        authorizationDetails: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 20_000, currency: 'JPY' }]
      })
    })
  } finally {
    await gateway.close()
  }

  async function walkWith (inspector: InspectorProgram, walk: (page: Page, address: string) => Promise<void>): Promise<void> {
    const page = await openWindow(browser, language)
    try {
      await walk(page, inspector.address)
    } finally {
      await page.context().close()
      await inspector.close()
    }
  }
}
