// The pictures of console, lab, shop and exercises for the documents: a workshop as the launcher starts it, in which three attendees have
// done some of the exercises.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { Locale } from '../../src/kernel/locale.ts'
import { WorkshopAttendee } from '../support/attendee.ts'
import { eventually } from '../support/eventually.ts'
import { freePorts, startProgram } from '../support/processes.ts'

const SIZE = { width: 1920, height: 1080 }
const LAB = 'http://localhost:9000/lab'
const SHOP = 'http://localhost:3000'
const EXERCISES = 'http://localhost:3445'
/** It is in no picture, and a gateway that runs beside this has the usual one. */
const [CONSOLE_PORT = 3444] = await freePorts(1)
const CONSOLE = `http://localhost:${CONSOLE_PORT}`

type TakePicture = (page: Page, name: string) => Promise<void>

export async function takeWorkshopPictures (browser: Browser, language: Locale, takePicture: TakePicture): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'workshop-pictures-'))
  const stack = startProgram(process.execPath, ['.build/scripts/launch.js', '--workshop', '--no-inspector'], {
    WORKSHOP_DIRECTORY: directory, CONSOLE_PORT: String(CONSOLE_PORT)
  })
  try {
    await stack.line(/^Ctrl-C ends everything/)
    const context = await browser.newContext({ locale: language, colorScheme: 'light', viewport: SIZE, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(`${CONSOLE}/?lang=${language}`)
    await page.locator('.status.is-live').waitFor()
    const place = {
      tickets: 'http://localhost:3443/mcp',
      files: 'http://localhost:3443/files',
      issuer: 'http://localhost:9000',
      folder: join(directory, 'files/projects')
    }
    for (const login of ['user01', 'user02', 'user03']) {
      const attendee = new WorkshopAttendee(login, place, token => new PresentedToken(token).fingerprint)
      if (login === 'user01') await attendee.doExercises()
      await attendee.request(`made-up-by-${login}`, 'list_tickets')
      if (login !== 'user02') continue
      const token = await attendee.ask('mcp:tickets:read mcp:tickets:write')
      await attendee.request(token, 'reserve_ticket', { ticket_id: 1, seats: 3 })
    }
    await page.locator('.row.refused').first().waitFor()
    await page.locator('.row.refused').filter({ hasText: 'user02' }).first().click()
    await page.locator('#verdict').waitFor()
    await takePicture(page, 'console')
    await page.goto(`${LAB}?lang=${language}&person=user02&duration=600`)
    await page.locator('button[value="on slow"]').click()
    await takePicture(page, 'lab')
    await page.locator('button[value="all-off"]').click()
    await page.goto(`${SHOP}/?lang=${language}`)
    await takePicture(page, 'shop')
    await eventually('the exercises are ticked', async () => (await (await fetch(`${EXERCISES}/class`)).text()).includes('cell done'))
    await page.goto(`${EXERCISES}/class?lang=${language}`)
    await takePicture(page, 'exercises-class')
    await page.setViewportSize({ width: 1100, height: 1080 })
    await page.goto(`${EXERCISES}/people/user02?lang=${language}`)
    await takePicture(page, 'exercises-attendee')
    await context.close()
  } finally {
    stack.signal('SIGTERM')
    await stack.ended
    rmSync(directory, { recursive: true, force: true })
  }
}
