// What a workshop says when it is ready, in both languages: the addresses for the teacher and those for everyone, and what to open first.

import type { Locale } from '../../src/kernel/locale.ts'
import { classroomWarning } from '../../src/launcher/classroom-address.ts'
import type { Workshop } from '../../src/launcher/part.ts'
import type { Plan } from '../../src/launcher/plan.ts'
import { addressRow } from '../../src/launcher/address-row.ts'

export interface Addresses {
  readonly console: string | undefined
  readonly lab: string | undefined
  readonly shop: string | undefined
  readonly exercises: string | undefined
  readonly inspector: string | undefined
}

const ENGLISH = {
  ready: 'The workshop is ready.',
  everyone: 'For everyone (user01 / user01 to user40 / user40)',
  exercises: 'exercises',
  tickets: 'gateway: tickets',
  files: 'gateway: files',
  server: 'authorization server',
  shop: 'ticket shop',
  teacher: 'For the teacher, at this machine',
  overview: 'class overview',
  console: 'console',
  lab: 'lab',
  secret: 'secret of the teacher',
  secretUse: '(lab and reset; any user name)',
  next: 'What to do next',
  script: 'docs/workshop.md is the script of ninety minutes.',
  projector: 'Put the console on the projector, and let everyone open the exercises.',
  end: 'Ctrl-C ends everything.'
}

const JAPANESE: typeof ENGLISH = {
  ready: 'ワークショップの準備ができました。',
  everyone: '全員用（user01 / user01 から user40 / user40 まで）',
  exercises: '演習',
  tickets: 'チケットの接続先',
  files: 'ファイルの接続先',
  server: '認可サーバー',
  shop: 'チケットショップ',
  teacher: '講師用（このマシンで開く）',
  overview: 'クラスの一覧',
  console: 'コンソール',
  lab: 'ラボ',
  secret: '講師のシークレット',
  secretUse: '（ラボとリセット用。ユーザー名は任意）',
  next: '次にすること',
  script: '90 分の台本は docs/ja/workshop.md です。',
  projector: 'コンソールをプロジェクターに映し、全員に演習を開いてもらいます。',
  end: 'Ctrl-C ですべて終了します。'
}

export function workshopReady (
  { gatewayUrl, issuer }: Plan, { filesUrl, classroom }: Workshop, addresses: Addresses, language: Locale
): string {
  const { console, lab, shop, exercises, inspector } = addresses
  const words = language === 'ja' ? JAPANESE : ENGLISH
  const lines = [
    ...(classroom === undefined ? [] : [...classroomWarning(classroom, language), '']),
    words.ready,
    '',
    words.everyone,
    ...addressRow(words.exercises, exercises),
    ...addressRow(words.tickets, gatewayUrl),
    ...addressRow(words.files, filesUrl),
    ...addressRow(words.server, issuer),
    ...addressRow(words.shop, shop),
    '',
    words.teacher,
    ...addressRow(words.overview, exercises === undefined ? undefined : `${exercises}/class`),
    ...addressRow(words.console, console),
    ...addressRow(words.lab, lab),
    ...addressRow('MCP Inspector', inspector),
    ...(classroom === undefined ? [] : addressRow(words.secret, `${classroom.teacherSecret}  ${words.secretUse}`)),
    '',
    words.next,
    `  - ${words.script}`,
    `  - ${words.projector}`,
    '',
    words.end
  ]
  return `\n${lines.join('\n')}\n\n`
}
