// What the launcher says once the stack is ready, in both languages: addresses, and what to do next.

import { dirname, join } from 'node:path'
import type { Locale } from '../../src/kernel/locale.ts'
import { addressRow } from '../../src/launcher/address-row.ts'
import type { Plan } from '../../src/launcher/plan.ts'
import type { FilesExample } from './files-example.ts'

export interface ReadyStack {
  readonly language: Locale
  readonly plan: Plan
  readonly shop: string | undefined
  readonly inspectors: ReadonlyArray<{ readonly version: 1 | 2, readonly address: string }>
  readonly console: string | undefined
  readonly lab: string | undefined
  /** What it serves in place of the tickets. */
  readonly example: FilesExample | 'shop' | undefined
}

type Word = 'ready' | 'gateway' | 'server' | 'shop' | 'next' | 'tutorial' | 'program' | 'openInspector' | 'openInspector2' | 'login' |
  'console' | 'lab' | 'needs' | 'end' | 'files' | 'decisions' | 'shopDocument'

const WORDS: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = {
  en: {
    ready: 'Everything is ready.',
    gateway: 'gateway',
    server: 'authorization server',
    shop: 'ticket shop',
    next: 'What to do next',
    tutorial: 'Follow the tutorial (docs/tutorial.md) in another terminal; its first step is:',
    program: 'Or let a program do all its steps:',
    openInspector: 'Or open the address of MCP Inspector, then Open Auth Settings, Quick OAuth Flow, Connect.',
    openInspector2: 'Or open the address of MCP Inspector 2, and switch the server on (docs/inspector.md).',
    login: 'Log in as inga with the password inga.',
    console: 'Watch each request while it is decided, in the console: ',
    lab: 'Make one thing wrong on purpose, in the lab: ',
    needs: 'Read what the tools need: ',
    end: 'Ctrl-C ends everything.',
    files: 'Follow docs/upstreams.md from its step 6 in another terminal; the files are in',
    decisions: 'The decisions are in FILE, which each start writes again.',
    shopDocument: 'Follow docs/shop.md in another terminal; its first step is:'
  },
  ja: {
    ready: 'すべて起動しました。',
    gateway: 'ゲートウェイ',
    server: '認可サーバー',
    shop: 'チケットショップ',
    next: '次にすること',
    tutorial: '別のターミナルでチュートリアル（docs/ja/tutorial.md）を進めます。最初のコマンド：',
    program: 'または、すべての手順をプログラムで実行します：',
    openInspector: 'または、MCP Inspector の URL を開き、Open Auth Settings、Quick OAuth Flow、Connect の順に選びます。',
    openInspector2: 'または、MCP Inspector 2 の URL を開き、サーバーをオンにします（docs/ja/inspector.md）。',
    login: 'ログイン ID は inga、パスワードも inga です。',
    console: '各リクエストの判定の様子をコンソールで見る：',
    lab: 'ラボで、わざと 1 か所だけ誤らせる：',
    needs: 'ツールに必要な権限：',
    end: 'Ctrl-C ですべて終了します。',
    files: '別のターミナルで docs/ja/upstreams.md のファイルサーバーの手順を進めます。ファイルの場所：',
    decisions: 'ツールごとの判断は FILE にあり、起動のたびに書き直されます。',
    shopDocument: '別のターミナルで docs/ja/shop.md を進めます。最初のコマンド：'
  }
}

export function stackReady (stack: ReadyStack): string {
  const { language, plan: { gatewayUrl, issuer, parts }, shop, inspectors, console, lab, example } = stack
  const words = WORDS[language]
  const asked = example === undefined
    ? ticketSteps(gatewayUrl, parts.some(({ label }) => label === 'AS'), words)
    : exampleSteps(example, words)
  const lines = [
    words.ready,
    '',
    ...addressRow(words.gateway, gatewayUrl),
    ...addressRow(words.server, issuer),
    ...addressRow(words.shop, shop),
    ...inspectors.flatMap(({ version, address }) => addressRow(`MCP Inspector ${version}`, address)),
    '',
    words.next,
    ...asked,
    ...inspectors.map(({ version }) => `  - ${version === 1 ? words.openInspector : words.openInspector2}`),
    `  - ${words.login}`,
    ...(console === undefined ? [] : [`  - ${words.console}${console}`]),
    ...(lab === undefined ? [] : [`  - ${words.lab}${lab}`]),
    `  - ${words.needs}${new URL(gatewayUrl).origin}/docs/mcp`,
    '',
    words.end
  ]
  return `\n${lines.join('\n')}\n\n`
}

function ticketSteps (gatewayUrl: string, hasPracticeServer: boolean, words: Readonly<Record<Word, string>>): string[] {
  const otherGateway = gatewayUrl === 'http://localhost:3443/mcp' ? '' : ` -- --gateway ${gatewayUrl}`
  return [
    `  - ${words.tutorial}`,
    `      curl -iX POST ${gatewayUrl} -H "Content-Type: application/json" \\`,
    '           -H "Accept: application/json, text/event-stream" \\',
    '           -d \'{"method":"notifications/initialized","jsonrpc":"2.0"}\'',
    ...(hasPracticeServer ? [`  - ${words.program}`, `      npm run tutorial${otherGateway}`] : [])
  ]
}

function exampleSteps (example: FilesExample | 'shop', words: Readonly<Record<Word, string>>): string[] {
  if (example === 'shop') return [`  - ${words.shopDocument}`, '      curl -si http://localhost:3443/mcp/tools/booking']
  return [
    `  - ${words.files}`,
    `      ${example.folder}`,
    `  - ${words.decisions.replace('FILE', join(dirname(example.config), 'upstreams/files.json'))}`
  ]
}
