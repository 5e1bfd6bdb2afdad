// What a person does with a browser: a window for each person, the consent page, and pictures on the way.

import type { Browser, Page } from 'playwright-core'

/** Takes a picture; the name says what it shows: lower case, hyphens. */
export type TakePicture = (page: Page, name: string) => Promise<void>

const WINDOW = { width: 1280, height: 920 }

export async function openWindow (browser: Browser, language: 'en' | 'ja' = 'en'): Promise<Page> {
  const context = await browser.newContext({ viewport: WINDOW, locale: language, colorScheme: 'light', reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  return page
}

export interface ConsentPage {
  /** The authorization request that led here, as the page says it. */
  readonly text: string
}

/** Waits for the consent page, logs in as inga, agrees, and returns when the browser has left. */
export async function logInAndAgree (page: Page, look: (page: Page) => Promise<void> = async () => {}): Promise<ConsentPage> {
  await page.locator('#loginId').waitFor()
  const { href } = new URL(page.url())
  const text = await page.locator('main').innerText()
  await page.locator('#loginId').fill('inga')
  await page.locator('#password').fill('inga')
  await look(page)
  await page.locator('button[name="authorized"]').click()
  await page.waitForURL(url => url.origin !== new URL(href).origin)
  return { text }
}
