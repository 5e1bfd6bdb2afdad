// One form for what Japanese can write in two: パラメーター with its long vowel, 認可の詳細, and full-width brackets after Japanese
// characters, in documents, pages and texts of tools: https://www.w3.org/TR/jlreq/

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { withoutCode } from './markdown.ts'

const WITH_TEXTS = /^(?:docs\/ja\/.*\.md|docs\/examples\/.*\.ts|src\/.*\.ts|config\/.*\.json)$/
const FORMS: ReadonlyArray<readonly [wrong: RegExp, advice: string]> = [
  [/パラメータ(?!ー)/, 'write パラメーター'],
  [/認可詳細/, 'write 認可の詳細'],
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]\**[ ]?\(/u, 'write full-width brackets（）without spaces after Japanese characters']
]

/** @returns the advice for each form in the text that is not ours */
export function japaneseForms (text: string): string[] {
  return FORMS.filter(([wrong]) => wrong.test(text)).map(([, advice]) => advice)
}

export function checkJapaneseForms (): string[] {
  return ['docs', 'src', 'config']
    .flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)))
    .filter(file => WITH_TEXTS.test(file))
    .flatMap(file => {
      const text = readFileSync(file, 'utf8')
      return japaneseForms(file.endsWith('.md') ? withoutCode(text) : text).map(advice => `${file}: ${advice}`)
    })
}
