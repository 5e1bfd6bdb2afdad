// Text for a terminal: what a token says reaches it without characters that the terminal obeys.

import t from 'tap'
import { terminalJson, terminalLine } from '../../src/kernel/terminal-text.ts'
import { covers } from '../support/covers.ts'

t.test('terminal — escape sequences and marks of direction are shown by their number, other text as it is', async t => {
  covers('cli.no-escapes-on-a-terminal')
  t.strictSame([
    'up to ¥3,000, 予約 é 🎫', 'a\u001b]0;title\u0007b', '\u009b2J', 'a\nb\rc\td', 'x\u202ey\u2066z', 'a\u200b\u2028', '\ud800', '\u{e0001}'
  ].map(terminalLine), [
    'up to ¥3,000, 予約 é 🎫', 'a\\u001b]0;title\\u0007b', '\\u009b2J', 'a\\u000ab\\u000dc\\u0009d', 'x\\u202ey\\u2066z', 'a\\u200b\\u2028',
    '\\ud800', '\\udb40\\udc01'
  ])
})

t.test('terminal — JSON keeps its lines and its values', async t => {
  covers('cli.no-escapes-on-a-terminal')
  const value = { text: 'a\u001bb\u009b\u202e\n\u{e0001}', list: ['予約'] }
  const text = terminalJson(value)
  t.strictSame(JSON.parse(text), value)
  t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  t.equal(text.split('\n').length, 6)
})
