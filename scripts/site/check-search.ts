// Asks the built search for words that readers look for, in each language: the page that explains the word has to be among the first.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** @returns addresses in the site, the best first */
export type Find = (index: string, words: string) => readonly string[]

const AMONG_THE_FIRST = 5
const WANTED: ReadonlyArray<readonly [language: 'root' | 'ja', words: string, page: string]> = [
  ['root', 'shutdownNoticeMs', '/reliability.html'],
  ['root', 'network policy', '/operations/kubernetes.html'],
  ['root', 'introspection secret', '/configuration.html'],
  ['ja', '予約', '/ja/tutorial.html'],
  ['ja', '取り消す', '/ja/ticket-site.html'],
  ['ja', 'Authlete 用意', '/ja/authlete-setup.html']
]

export function checkSearch (folder: string, find: Find): string[] {
  const chunks = join(folder, 'assets/chunks')
  return WANTED.flatMap(([language, words, page]) => {
    const name = readdirSync(chunks).find(file => file.startsWith(`@localSearchIndex${language}.`))
    if (name === undefined) return [`there is no index of ${language}`]
    const found = find(indexOf(readFileSync(join(chunks, name), 'utf8')), words).slice(0, AMONG_THE_FIRST)
    return found.some(address => address.includes(page)) ? [] : [`search for "${words}" finds ${found.join(', ')}, and not ${page}`]
  })
}

/** The index is one literal of text in a module. */
function indexOf (module: string): string {
  const [, quote = '', text = ''] = /=(['`"])([\s\S]*)\1;export/.exec(module) ?? []
  if (quote === '') throw new Error('the module of the search index has another form')
  return text.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escaped: string) => {
    if (/^u./.test(escaped)) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return { n: '\n', r: '\r', t: '\t' }[escaped] ?? escaped
  })
}
