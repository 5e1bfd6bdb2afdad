// What `tutorial` says once everything is ready, in both languages: addresses, and what to do next.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Locale } from '../kernel/locale.ts'
import { addressRow } from '../launcher/address-row.ts'
import type { Plan } from '../launcher/plan.ts'

/** A version whose walk docs/inspector.md shows. */
export const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0'

export interface ReadyTutorial {
  readonly spoken: Locale
  /** Whether the language was an option. */
  readonly isChosen: boolean
  readonly plan: Plan
  readonly directory: string
  readonly console: string | undefined
  /** The folder of the documents in the package. */
  readonly documents: string
}

const ENGLISH = {
  ready: 'Everything is ready.',
  gateway: 'gateway',
  server: 'authorization server',
  shop: 'ticket shop',
  console: 'console',
  next: 'What to do next, in another terminal',
  tutorial: 'Follow the tutorial: ',
  first: 'Its first step, a request without a token:',
  inspector: 'Or use MCP Inspector (Node.js 22.19 or newer): ',
  login: 'Log in as inga with the password inga.',
  language: 'For tools and tickets in English: end it, and start it again with --language en.',
  end: ' keeps the tickets; delete it to begin again. Ctrl-C ends everything.'
}

const JAPANESE: typeof ENGLISH = {
  ready: 'すべて起動しました。',
  gateway: 'ゲートウェイ',
  server: '認可サーバー',
  shop: 'チケットショップ',
  console: 'コンソール',
  next: '次にすること（別のターミナルで）',
  tutorial: 'チュートリアルを進めます：',
  first: '最初のコマンド（トークンのないリクエスト）：',
  inspector: 'または、MCP Inspector を使います（Node.js 22.19 以上）：',
  login: 'ログイン ID は inga、パスワードも inga です。',
  language: 'ツールとチケットを英語にするには、終了して --language en を付けて起動し直します。',
  end: ' にチケットを保存します。最初からやり直すには、これを削除します。Ctrl-C ですべて終了します。'
}

export function tutorialReady ({ spoken, isChosen, plan, directory, console, documents }: ReadyTutorial): string {
  const { parts, gatewayUrl, issuer } = plan
  const words = spoken === 'ja' ? JAPANESE : ENGLISH
  // The package has the English documents alone.
  const tutorial = [...(spoken === 'ja' ? ['ja/tutorial.md'] : []), 'tutorial.md'].map(name => join(documents, name)).find(existsSync)
  const lines = [
    words.ready,
    '',
    ...addressRow(words.gateway, gatewayUrl),
    ...addressRow(words.server, issuer),
    ...addressRow(words.shop, parts.find(({ label }) => label === 'SITE')?.env['SITE_ORIGIN']),
    ...addressRow(words.console, console),
    '',
    words.next,
    ...(tutorial === undefined ? [] : [`  - ${words.tutorial}${tutorial}`]),
    `  - ${words.first}`,
    `      curl -iX POST ${gatewayUrl} -H "Content-Type: application/json" \\`,
    '           -H "Accept: application/json, text/event-stream" \\',
    '           -d \'{"method":"notifications/initialized","jsonrpc":"2.0"}\'',
    `  - ${words.inspector}npx ${INSPECTOR}`,
    `  - ${words.login}`,
    ...(isChosen ? [] : [`  - ${words.language}`]),
    '',
    `${directory}${words.end}`
  ]
  return `\n${lines.join('\n')}\n\n`
}
