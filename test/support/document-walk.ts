// A page of the documents that is walked as a person does it: each command is typed into a shell, and each shown answer is compared with
// the one that came. A page in two languages is walked twice.

import type { Test } from 'tap'
import { tutorialBlocks } from '../../scripts/docs/tutorial.ts'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import { openPage, submitAndReturn } from './practice-client.ts'
import { bodyDifferences, headDifferences, parseCurlAnswer, type CurlAnswer } from './shown-answer.ts'

interface Walk {
  readonly file: string
  /** The text of the page with the addresses of this test. */
  readonly here: (text: string) => string
  readonly shell: { readonly run: (command: string) => Promise<string> }
  /** Takes a JSON block that is to be written into a file; absent: there is none. */
  readonly write?: (file: string, content: JsonObject) => Promise<void>
}

/** @returns how many commands ran, and the last answer of curl */
export async function walkDocument (
  t: Test, { file, here, shell, write }: Walk
): Promise<{ commands: number, last: CurlAnswer | undefined }> {
  let printed = ''
  let last: CurlAnswer | undefined
  let commands = 0
  for (const { kind, text, line, into } of tutorialBlocks(file)) {
    const block = here(text)
    const where = `${file}:${line}`
    switch (kind) {
      case 'bash':
        printed = await shell.run(block.includes('YOUR_CODE') ? block.replace('YOUR_CODE', await codeFor(printed)) : block)
        if (printed.startsWith('HTTP/')) last = parseCurlAnswer(printed)
        commands += 1
        break
      case 'text':
        t.equal(printed.trim(), block.trim(), `${where}: printed`)
        break
      case 'http':
        t.strictSame(last === undefined ? ['no answer'] : headDifferences(block, last), [], `${where}: status and headers`)
        break
      case 'json': {
        const shown = JSON.parse(block) as JsonValue
        if (into !== undefined && write !== undefined) await write(into, shown as JsonObject)
        else t.strictSame(bodyDifferences(shown, JSON.parse(last?.body ?? 'null') as JsonValue), [], `${where}: body`)
      }
    }
  }
  return { commands, last }
}

/** Logs in as the page says and leaves everything else as it is. */
async function codeFor (printed: string): Promise<string> {
  const page = await openPage(printed.trim())
  const back = await submitAndReturn(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  return back.searchParams.get('code') ?? `none in ${back.search}`
}
