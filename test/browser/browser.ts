// Which browser do the tests use? The Chromium or Chrome that is there. scripts/prepare.sh installs Debian's where it may.

import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium'
]

/** No sandbox, because a container offers none; nothing that calls home. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const NO_BROWSER = 'left out: no Chromium or Chrome is here; on Debian, apt-get install chromium brings one'

export function findBrowser (): string | undefined {
  return PLACES.find(place => existsSync(place))
}

/** With a profile of its own, which is gone when it closes. */
export async function launchBrowser (): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error(NO_BROWSER)
  return await chromium.launch({ executablePath, args: FLAGS })
}
