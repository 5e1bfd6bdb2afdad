// Which browser do the tests use? The Chromium or Chrome that is there. scripts/prepare.sh installs Debian's where it may.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const APPLICATIONS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

/** No sandbox, because a container offers none; nothing that calls home. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

export const NO_BROWSER = 'left out: no Chromium or Chrome is here; on Debian, apt-get install chromium brings one'

export function findBrowser (): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  return [...NAMES.flatMap(name => directories.map(directory => join(directory, name))), ...APPLICATIONS].find(place => existsSync(place))
}

/** With a new profile, which is gone when the browser closes. */
export async function launchBrowser (): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error(NO_BROWSER)
  return await chromium.launch({ executablePath, args: FLAGS })
}
