// Finds words in the English documents that have a plainer one. The list is that of the lint rule for src/. The changelog tells of the
// past and is left out.

import { readFileSync } from 'node:fs'
import { withoutCode } from './markdown.ts'
import { documentFiles } from './references.ts'

const PLAINER = JSON.parse(readFileSync('scripts/lint/plain-words.json', 'utf8')) as Readonly<Record<string, string>>

export function checkPlainWords (): string[] {
  return documentFiles().filter(file => file !== 'CHANGELOG.md')
    .flatMap(file =>
      hardWords(withoutCode(readFileSync(file, 'utf8'))).map(word => `${file}: plain English: not '${word}' but: ${PLAINER[word] ?? ''}`))
}

/** The words of the list that a text has, each once. */
export function hardWords (text: string): string[] {
  return Object.keys(PLAINER).filter(word => new RegExp(`(?<![\\w-])${word.replaceAll(' ', '\\s+')}(?![\\w-])`, 'i').test(text))
}
