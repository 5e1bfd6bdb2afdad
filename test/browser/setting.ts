// What a browser test of Inspector stands on: whether it can run at all, and a gateway, a window and a place for pictures.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Test } from 'tap'
import type { ToolSet } from '../../src/mcp/tool-set.ts'
import { startProtectedGateway, type ProtectedGateway } from '../support/protected-gateway.ts'
import { findBrowser, NO_BROWSER } from './browser.ts'
import { isInspectorInstalled } from './inspector-program.ts'
import { openWindow, type TakePicture } from './person.ts'

/** Why the tests of this line of Inspector are left out here; in CI nothing is, and what is missing is a failure. */
export function whyLeftOut (line: 1 | 2): string | undefined {
  if (process.env['CI'] === 'true') return undefined
  if (findBrowser() === undefined) return NO_BROWSER
  return isInspectorInstalled(line) ? undefined : 'left out: MCP Inspector is not installed; sh scripts/test.sh installs it'
}

export interface Setting {
  readonly gateway: ProtectedGateway
  readonly page: Page
  /** Pictures of a test run are for looking into a failure. */
  readonly takePicture: TakePicture
  readonly directory: string
}

/** @param tools in place of the ticket tools */
export async function setUp (
  t: Test, browser: Browser, name: string, allowedOrigins: readonly string[], tools?: ToolSet
): Promise<Setting> {
  const config = { cors: { allowedOrigins: [...allowedOrigins] } }
  const gateway = await startProtectedGateway({ config, ...(tools === undefined ? {} : { tools }) })
  t.teardown(() => gateway.close())
  const page = await openWindow(browser)
  t.teardown(() => page.context().close())
  const directory = join(t.testdir({}), name)
  mkdirSync(directory, { recursive: true })
  return { gateway, page, directory, takePicture: async (page, picture) => { await page.screenshot({ path: join(directory, `${picture}.png`) }) } }
}
