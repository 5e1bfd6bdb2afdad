// Does the tutorial say what is so? Every command of it is typed into a shell, in its order, in both languages, against
// a gateway and a practice server on ports of their own; what it shows of the answers is compared with the answers.

import { pino } from 'pino'
import t, { type Test } from 'tap'
import { TUTORIALS, tutorialBlocks } from '../../scripts/docs/tutorial.ts'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { loadConfig } from '../../src/config/load.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { isJsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { startBash } from '../support/bash-session.ts'
import { covers } from '../support/covers.ts'
import { openPage, submitAndReturn } from '../support/practice-client.ts'
import { freePorts } from '../support/processes.ts'
import { bodyDifferences, headDifferences, parseCurlAnswer, type CurlAnswer } from '../support/shown-answer.ts'

const GATEWAY_ORIGIN = 'http://localhost:3443'
const ISSUER = 'http://localhost:9000'
/** What a person copies out of the last answer by hand. */
const COPIED: Readonly<Record<string, readonly string[]>> = {
  YOUR_CLIENT_ID: ['client_id'],
  YOUR_ACCESS_TOKEN: ['access_token'],
  YOUR_RESERVATION_ID: ['result', 'structuredContent', 'reservation', 'id']
}

for (const file of TUTORIALS) {
  t.test(`${file} — every command works, and answers as it is shown`, async t => {
    covers('documents.tutorial-is-true')
    const here = await startStack(t)
    const shell = startBash()
    t.teardown(() => shell.close())
    let printed = ''
    let answer: CurlAnswer | undefined

    for (const { kind, text, line } of tutorialBlocks(file)) {
      const block = here(text)
      const where = `${file}:${line}`
      switch (kind) {
        case 'bash': {
          printed = await shell.run(await filledIn(block, printed, answer))
          if (block.startsWith('curl -i')) answer = parseCurlAnswer(printed)
          t.pass(`${where}: ran`)
          break
        }
        case 'http':
          t.strictSame(answer === undefined ? ['no answer'] : headDifferences(block, answer), [], `${where}: status and headers`)
          break
        case 'json':
          t.strictSame(bodyDifferences(JSON.parse(block) as JsonValue, bodyOf(answer)), [], `${where}: body`)
          break
        case 'text': break
      }
    }
    t.match(bodyOf(answer), { result: { structuredContent: { reservation: { amount: 16_000 } } } }, 'the way leads to its end')
  })
}

/** A fresh stack, and the text of the tutorial with its addresses. */
async function startStack (t: Test): Promise<(text: string) => string> {
  const [port = 0] = await freePorts(1)
  const origin = `http://localhost:${port}`
  const practice = await createPracticeServer({ resources: [`${origin}/mcp`] })
  t.teardown(() => practice.close())
  const loaded = loadConfig({
    env: { PORT: String(port), RESOURCE_IDENTIFIER: `${origin}/mcp`, AUTHORIZATION_SERVER_ISSUER: practice.issuer, STORAGE_URL: 'sqlite::memory:' }
  })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
  const app = await createApp(
    { settings: fixedSettings(loaded.value.config), logger: pino({ level: 'silent' }), version: '0.0.0', openService: openTicketService }
  )
  t.teardown(() => app.close())
  await app.listen({ host: loaded.value.config.host, port })
  return text => [[GATEWAY_ORIGIN, origin], [ISSUER, practice.issuer]].reduce((replaced, [written = '', real = '']) => {
    return replaced.replaceAll(written, real).replaceAll(encodeURIComponent(written), encodeURIComponent(real))
  }, text)
}

/** The block with what a person puts into it: a value of the last answer, or the code from the browser. */
async function filledIn (block: string, printed: string, answer: CurlAnswer | undefined): Promise<string> {
  const placeholder = /YOUR_[A-Z_]+/.exec(block)?.[0]
  if (placeholder === undefined) return block
  if (placeholder === 'YOUR_CODE') return block.replace(placeholder, await authorizeInBrowser(printed.trim()))
  const path = COPIED[placeholder]
  if (path === undefined) throw new Error(`nobody knows what ${placeholder} is`)
  const value = path.reduce<JsonValue | undefined>((member, name) => isJsonObject(member) ? member[name] : undefined, bodyOf(answer))
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`the answer has no ${path.join('.')}`)
  return block.replace(placeholder, String(value))
}

/** Logs in as the tutorial says and leaves everything else on the page as it is. */
async function authorizeInBrowser (authorizationUrl: string): Promise<string> {
  const page = await openPage(authorizationUrl)
  const preselected = /name="limit" value="(\w+)"[^>]* checked/.exec(page.html)?.[1]
  if (preselected === undefined) throw new Error('no limit is preselected')
  const back = await submitAndReturn(page, { loginId: 'inga', password: 'inga', limit: preselected, authorized: 'Authorize' })
  const code = back.searchParams.get('code')
  if (code === null) throw new Error(`no code in ${back.search}`)
  return code
}

function bodyOf (answer: CurlAnswer | undefined): JsonValue | undefined {
  return answer === undefined || answer.body === '' ? undefined : JSON.parse(answer.body) as JsonValue
}
