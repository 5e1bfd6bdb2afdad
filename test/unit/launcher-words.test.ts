// What the launcher says at a terminal, in each language: the same addresses, and no word of the other language.

import t from 'tap'
import { stackReady, type ReadyStack } from '../../scripts/launcher/ready-words.ts'
import { workshopReady } from '../../scripts/launcher/workshop-words.ts'
import { classroomWarning, widthOf } from '../../src/launcher/classroom-address.ts'
import { languageOfTerminal } from '../../src/launcher/language.ts'
import { tutorialReady } from '../../src/cli/tutorial-words.ts'
import { covers } from '../support/covers.ts'

const plan = { parts: [], gatewayUrl: 'http://localhost:3443/mcp', issuer: 'http://localhost:9000' }
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/
const addressesIn = (text: string) => [...new Set(text.match(/http:\/\/[\w.:/-]+/g))].sort()

function ready (language: 'en' | 'ja', more: Partial<ReadyStack> = {}): string {
  return stackReady({
    language,
    plan,
    shop: 'http://localhost:3000',
    inspectors: [{ version: 1, address: 'http://localhost:6274/' }, { version: 2, address: 'http://localhost:6284/' }],
    console: 'http://localhost:3444',
    lab: 'http://localhost:9000/lab',
    example: undefined,
    ...more
  })
}

t.test('language — that of the terminal, by the first variable that is set, and English for any other', async t => {
  covers('launcher.language')
  t.strictSame([
    {}, { LANG: 'ja_JP.UTF-8' }, { LANG: 'ja' }, { LANG: 'C.UTF-8' }, { LANG: 'de_DE' }, { LANG: 'ja_JP.UTF-8', LC_ALL: 'C' },
    { LANG: 'en_US.UTF-8', LC_MESSAGES: 'ja_JP' }, { LANG: 'ja_JP', LC_ALL: '' }, { LANG: 'jam' }
  ].map(languageOfTerminal), ['en', 'ja', 'ja', 'en', 'en', 'en', 'ja', 'ja', 'en'])
})

t.test('ready — the same addresses in both languages, and each sentence in one of them', async t => {
  covers('launcher.language')
  for (const example of [undefined, 'shop', { config: 'data/files/gateway.json', folder: '/data/projects' }] as const) {
    const [english, japanese] = [ready('en', { example }), ready('ja', { example })]
    t.strictSame(addressesIn(japanese), addressesIn(english))
    t.notMatch(english, JAPANESE)
    const steps = japanese.split('\n').filter(line => /^ {2}- /.test(line))
    t.equal(steps.length, english.split('\n').filter(line => /^ {2}- /.test(line)).length)
    t.strictSame(steps.filter(line => !JAPANESE.test(line)), [])
  }
  t.match(ready('ja'), /^\nすべて起動しました。\n/)
  t.match(ready('ja'), /^ {2}認可サーバー {10}http:\/\/localhost:9000$/m, 'aligned, with two columns for each Japanese character')
  t.match(ready('ja'), 'docs/ja/tutorial.md')
})

t.test('tutorial — the package says the same in both languages, and English where no document is', async t => {
  covers('launcher.language')
  const said = (spoken: 'en' | 'ja', isChosen = true) => tutorialReady({
    spoken, isChosen, plan, directory: 'mcp-tutorial', console: 'http://localhost:3444', documents: '/no/folder'
  })
  t.strictSame(addressesIn(said('ja')), addressesIn(said('en')))
  t.notMatch(said('en'), JAPANESE)
  t.match(said('en'), /Ctrl-C ends everything\.\n\n$/)
  t.match(said('ja'), /Ctrl-C ですべて終了します。\n\n$/)
  t.match([said('ja', false), said('ja')].map(text => text.includes('--language en')), [true, false])
})

t.test('workshop — ready in both languages, with the warning about a network address', async t => {
  covers('launcher.language', 'launcher.workshop')
  const classroom = { address: '192.168.77.5', teacherSecret: 'a secret of the teacher' }
  const workshop = { consolePort: 3444, filesUrl: 'http://192.168.77.5:3443/files', folder: '/f', directory: '/d', classroom }
  const addresses = {
    console: 'http://localhost:3444', lab: 'http://192.168.77.5:9000/lab', shop: undefined, exercises: 'http://192.168.77.5:3445', inspector: undefined
  }
  const [english, japanese] = [workshopReady(plan, workshop, addresses, 'en'), workshopReady(plan, workshop, addresses, 'ja')]
  t.strictSame(addressesIn(japanese), addressesIn(english))
  t.match(english, 'WITHOUT ENCRYPTION')
  t.match(japanese, '「暗号化なし」')
  for (const text of [english, japanese]) t.match(text, classroom.teacherSecret)
  const widths = classroomWarning(classroom, 'ja').map(widthOf)
  t.equal(new Set(widths).size, 1, 'a frame of one width')
})
