// Does the tutorial say what is so? Every command of it is typed into a shell, in its order, in both languages, against
// a gateway and a practice server on ports of their own; what it shows of the answers is compared with the answers.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { TUTORIALS, tutorialBlocks } from '../../scripts/docs/tutorial.ts'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { loadConfig } from '../../src/config/load.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import type { JsonValue } from '../../src/kernel/json.ts'
import type { Locale } from '../../src/kernel/locale.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { startBash } from '../support/bash-session.ts'
import { covers } from '../support/covers.ts'
import { openPage, submitAndReturn } from '../support/practice-client.ts'
import { freePorts } from '../support/processes.ts'
import { bodyDifferences, headDifferences, parseCurlAnswer, type CurlAnswer } from '../support/shown-answer.ts'

const GATEWAY_ORIGIN = 'http://localhost:3443'
const ISSUER = 'http://localhost:9000'
/** The one thing that a person puts into a command by hand: the address to which the browser returned. */
const BY_HAND = 'YOUR_ADDRESS'

for (const file of TUTORIALS) {
  t.test(`${file} — every command works, and answers as it is shown`, async t => {
    covers('documents.tutorial-is-true')
    const here = await startStack(t, file === 'docs/tutorial.md' ? 'en' : 'ja')
    const folder = t.testdir({})
    const shell = startBash(folder)
    t.teardown(() => shell.close())
    let printed = ''
    let answer: CurlAnswer | undefined

    for (const { kind, text, line } of tutorialBlocks(file)) {
      const block = here(text)
      const where = `${file}:${line}`
      switch (kind) {
        case 'bash': {
          printed = await shell.run(block.includes(BY_HAND) ? block.replace(BY_HAND, await authorizeInBrowser(printed.trim())) : block)
          if (block.includes('tee answer.txt')) answer = parseCurlAnswer(readFileSync(join(folder, 'answer.txt'), 'utf8'))
          else if (block.startsWith('curl -i')) answer = parseCurlAnswer(printed)
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
    t.notOk(existsSync(join(folder, 'answer.txt')), 'nothing is left that holds a token')
  })
}

/** A fresh stack, and the text of the tutorial with its addresses. */
async function startStack (t: Test, locale: Locale): Promise<(text: string) => string> {
  const [port = 0] = await freePorts(1)
  const origin = `http://localhost:${port}`
  const practice = await createPracticeServer({ resources: [`${origin}/mcp`] })
  t.teardown(() => practice.close())
  const loaded = loadConfig({
    env: {
      TOOLS_LOCALE: locale,
      PORT: String(port),
      RESOURCE_IDENTIFIER: `${origin}/mcp`,
      AUTHORIZATION_SERVER_ISSUER: practice.issuer,
      STORAGE_URL: 'sqlite::memory:',
      NOTICES_PORT: '0'
    }
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

/** Logs in as the tutorial says and leaves everything else on the page as it is. @returns the address to which the browser returns */
async function authorizeInBrowser (authorizationUrl: string): Promise<string> {
  const page = await openPage(authorizationUrl)
  const preselected = /name="limit" value="(\w+)"[^>]* checked/.exec(page.html)?.[1]
  if (preselected === undefined) throw new Error('no limit is preselected')
  const back = await submitAndReturn(page, { loginId: 'inga', password: 'inga', limit: preselected, authorized: 'Authorize' })
  return back.href
}

function bodyOf (answer: CurlAnswer | undefined): JsonValue | undefined {
  return answer === undefined || answer.body === '' ? undefined : JSON.parse(answer.body) as JsonValue
}
