// MCP Inspector 2: a server added by hand with its era, its scope and additional authorization parameters; the consent
// page; a tool; the 403 that opens "Additional permissions required"; and the same call once more, which then succeeds.

import type { Locator, Page } from 'playwright-core'
import type { JsonObject } from '../../src/kernel/json.ts'
import { logInAndAgree, type TakePicture } from './person.ts'

export interface Inspector2Walk {
  readonly page: Page
  readonly address: string
  readonly gatewayUrl: string
  readonly era: 'Legacy' | 'Modern'
  /** What it asks for at first. */
  readonly scopes: string
  /** Sent as an additional parameter of the authorization request. */
  readonly authorizationDetails: readonly JsonObject[]
  readonly toolTitle: string
  /** What is filled in. Default: a reservation. */
  readonly fields?: Readonly<Record<string, string>>
  /** A text of the answer. */
  readonly shows?: string
  readonly takePicture: TakePicture
}

export interface Inspector2Outcome {
  /** What the consent page asked, the first and the second time. */
  readonly asked: readonly [string, string]
  /** What Inspector said of the 403. */
  readonly refused: string
  /** What the tool answered in the end. */
  readonly answered: string
}

const NAME = 'tickets'

export async function walkInspector2 (walk: Inspector2Walk): Promise<Inspector2Outcome> {
  const { page, address, toolTitle, fields = { ticket_id: '1', seats: '2' }, shows = 'reservation_date', takePicture } = walk
  await page.goto(address)
  await addServer(page, walk.gatewayUrl)
  await configure(walk)

  await switchOn(page)
  const { text: first } = await logInAndAgree(page, consent => takePicture(consent, 'consent-as-requested'))
  await openTool(page, toolTitle)
  await fillIn(page, fields)

  const permissions = page.getByRole('dialog').filter({ hasText: 'Additional permissions required' })
  const refused = await textOf(permissions)
  await takePicture(page, 'inspector-2-permissions')
  await permissions.getByRole('button', { name: 'Authorize' }).click()
  const { text: second } = await logInAndAgree(page)
  await page.getByText('Step-up authorization succeeded').waitFor()

  await openTool(page, toolTitle)
  await fillIn(page, fields)
  const results = page.locator('main, #root').first()
  await page.getByText(shows).first().waitFor()
  await takePicture(page, 'inspector-2-reserved')
  return { asked: [first, second], refused, answered: await results.innerText() }
}

async function addServer (page: Page, url: string): Promise<void> {
  await page.getByRole('button', { name: 'Add Servers' }).click()
  await page.getByText('Add manually').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByPlaceholder('my-server').fill(NAME)
  await choose(page, dialog.getByRole('textbox', { name: 'Transport' }), 'streamable-http')
  await dialog.getByRole('textbox', { name: 'URL' }).fill(url)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'Settings', exact: true }).waitFor()
}

async function configure ({ page, era, scopes, authorizationDetails, takePicture }: Inspector2Walk): Promise<void> {
  const saved = savedAndReadBack(page, 'maxAmount')
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await choose(page, dialog.getByRole('textbox', { name: 'Protocol Era' }), new RegExp(`^${era}`))
  await dialog.getByRole('button', { name: 'OAuth Settings' }).click()
  await dialog.getByLabel('Scopes', { exact: true }).fill(scopes)
  await dialog.getByRole('button', { name: '+ Add Parameter' }).click()
  await dialog.getByLabel('Authorization parameter name, row 1').fill('authorization_details')
  // Its label changes with the name that was just typed.
  const value = dialog.getByPlaceholder('Value', { exact: true }).last()
  await value.fill(JSON.stringify(authorizationDetails))
  await value.press('Home')
  await takePicture(page, 'inspector-2-parameters')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await saved
}

/** Inspector saves a while after the last change, and connects with what it has read back. */
async function savedAndReadBack (page: Page, text: string): Promise<void> {
  let saved = false
  await page.waitForResponse(response => {
    const request = response.request()
    if (!new URL(response.url()).pathname.startsWith('/api/servers')) return false
    if (request.method() === 'PUT' && request.postData()?.includes(text) === true) saved = true
    return saved && request.method() === 'GET'
  })
}

async function choose (page: Page, field: Locator, option: string | RegExp): Promise<void> {
  await field.click()
  await page.getByRole('option', { name: option }).click()
}

async function switchOn (page: Page): Promise<void> {
  // The box itself is hidden beneath what is drawn for it.
  await page.getByLabel(`Connect or disconnect "${NAME}"`).dispatchEvent('click')
}

async function openTool (page: Page, title: string): Promise<void> {
  await page.getByText('Tools', { exact: true }).first().click()
  await page.getByText(title, { exact: true }).first().click()
  await page.getByRole('button', { name: 'Execute Tool' }).waitFor()
}

async function fillIn (page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.getByRole('textbox', { name }).fill(value)
  await page.getByRole('button', { name: 'Execute Tool' }).click()
}

async function textOf (part: Locator): Promise<string> {
  await part.waitFor()
  return await part.innerText()
}
