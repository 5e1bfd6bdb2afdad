// MCP Inspector 1 as the tutorial walks through it: Open Auth Settings, Quick OAuth Flow, the consent page, Connect,
// List Tools, a reservation.

import type { Page } from 'playwright-core'
import { logInAndAgree, type TakePicture } from './person.ts'

export interface Inspector1Walk {
  readonly page: Page
  /** Of Inspector's page. */
  readonly address: string
  readonly gatewayUrl: string
  readonly connectionType: 'Via Proxy' | 'Direct'
  /** As the gateway names its tool for reserving. */
  readonly toolTitle: string
  /** What is filled in. Default: a reservation. */
  readonly fields?: Readonly<Record<string, string>>
  /** Another tool, which the token does not allow; called afterwards. */
  readonly refusedTool?: { readonly title: string, readonly fields: Readonly<Record<string, string>> }
  readonly takePicture: TakePicture
}

export interface Inspector1Outcome {
  /** What the consent page asked. */
  readonly asked: string
  /** What the tool answered. */
  readonly answered: string
  /** What Inspector said of the refused call. */
  readonly refused: string | undefined
}

export async function walkInspector1 (walk: Inspector1Walk): Promise<Inspector1Outcome> {
  const { page, address, gatewayUrl, connectionType, toolTitle, fields = { ticket_id: '1', seats: '1' }, refusedTool, takePicture } = walk
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const start = new URL(address)
  start.searchParams.set('transport', 'streamable-http')
  start.searchParams.set('serverUrl', gatewayUrl)
  await page.goto(start.href)
  await button('Connect').waitFor()
  if (connectionType === 'Direct') {
    await page.locator('#connection-type-select').click()
    await page.getByRole('option', { name: 'Direct' }).click()
  }
  await takePicture(page, 'inspector-1-start')

  await button('Open Auth Settings').click()
  await button('Quick OAuth Flow').waitFor()
  await takePicture(page, 'inspector-1-auth-settings')
  await button('Quick OAuth Flow').click()
  const { text: asked } = await logInAndAgree(page, consent => takePicture(consent, 'consent'))
  await page.getByText('Authentication completed successfully').waitFor()
  await takePicture(page, 'inspector-1-authorized')

  await button('Connect').click()
  await button('List Tools').click()
  await page.getByText(toolTitle, { exact: true }).first().click()
  await takePicture(page, 'inspector-1-tools')
  for (const [name, value] of Object.entries(fields)) await page.locator(`#${name}`).fill(value)
  await button('Run Tool').click()
  const result = page.getByText(/^Tool Result/).locator('xpath=ancestor::div[1]')
  await result.getByText('Success', { exact: false }).first().waitFor()
  await page.getByText(/^Tool Result/).hover()
  await page.mouse.wheel(0, 440)
  await takePicture(page, 'inspector-1-reserved')
  const answered = await result.innerText()
  return { asked, answered, refused: refusedTool === undefined ? undefined : await refusal(page, refusedTool, takePicture) }
}

async function refusal (
  page: Page, { title, fields }: NonNullable<Inspector1Walk['refusedTool']>, takePicture: TakePicture
): Promise<string> {
  await page.getByText(title, { exact: true }).first().click()
  for (const [name, value] of Object.entries(fields)) await page.locator(`#${name}`).fill(value)
  await page.getByRole('button', { name: 'Run Tool', exact: true }).click()
  const result = page.getByText(/^Tool Result: Error/).locator('xpath=ancestor::div[1]')
  await result.waitFor()
  await takePicture(page, 'inspector-1-refused')
  return result.innerText()
}
