// The text of one page as the generator takes it: links lead within the site, drawings are pictures, and the other language is named in
// the first line. Code blocks are left as they are.

import { posix } from 'node:path'
import { isPicture, siteLink } from './page-paths.ts'

const LINK = /(\]\()(?!https?:|mailto:|#)([^)#\s]+)((?:#[^)\s]*)?\))/g
const FENCE = /^(`{3,})([^\n]*)\n([\s\S]*?)^\1$/gm
const CODE_SPAN = /(?<ticks>`+)(?:(?!\k<ticks>)[\s\S])*?\k<ticks>/

/** Eight columns or more. */
const WIDE_TABLE = /^\|(?: *:?-+:? *\|){8,}$/m

export interface PageText {
  readonly text: string
  /** Files of the repository that the page links to, those that are no documents included. */
  readonly linked: readonly string[]
}

/**
 * @param file its path in the repository
 * @param drawingOf makes a picture of a drawing in the words of Mermaid, and says where it is
 * @param counterpart the same document in the other language, where there is one
 */
export function pageText (
  file: string, source: string, drawingOf: (words: string, number: number) => string, counterpart?: string
): PageText {
  const linked = new Set<string>()
  const parts: string[] = []
  let place = 0
  let drawings = 0
  for (const match of source.matchAll(FENCE)) {
    const [whole, , language = '', body = ''] = match
    parts.push(proseOf(source.slice(place, match.index), file, linked))
    parts.push(language.trim() === 'mermaid' ? `![Drawing](${drawingOf(body, drawings += 1)})` : whole)
    place = match.index + whole.length
  }
  parts.push(proseOf(source.slice(place), file, linked))
  const text = parts.join('')
  const front = WIDE_TABLE.test(text) ? '---\npageClass: wide\naside: false\n---\n\n' : ''
  return { text: front + (counterpart === undefined ? text : withCounterpart(text, file, counterpart)), linked: [...linked] }
}

/** Outside code, `{{` would be a template of Vue, and a tag in a code span is none. */
function proseOf (prose: string, file: string, linked: Set<string>): string {
  const relinked = prose.replace(LINK, (_, open: string, path: string, close: string) => {
    const target = posix.normalize(posix.join(posix.dirname(file), decodeURIComponent(path)))
    linked.add(target)
    return `${open}${siteLink(file, target)}${isPicture(target) ? ')' : close}`
  })
  return relinked.split(new RegExp(`(${CODE_SPAN.source})`)).filter(part => !/^`+$/.test(part))
    .map(part => part.startsWith('`') ? part : part.replaceAll('{{', '&#123;&#123;')).join('')
}

function withCounterpart (text: string, file: string, counterpart: string): string {
  const name = counterpart.startsWith('docs/ja/') ? '日本語' : 'English'
  return text.replace(/^# [^\n]*\n/, heading => `${heading}\n[${name}](${siteLink(file, counterpart)})\n`)
}
