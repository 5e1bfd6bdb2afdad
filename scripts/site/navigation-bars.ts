// The bars of the site: what stands at the top and at the side. The side is the table of docs/README.md (docs/ja/README.md), row for
// row, so that a document that is in no table is in no bar.

import { posix } from 'node:path'
import { addressOf } from './page-paths.ts'

export interface BarEntry { readonly text: string, readonly link: string }
export interface BarGroup { readonly text: string, readonly collapsed?: boolean, readonly items: readonly BarEntry[] }

const ROW = /^\|\s*([^|]*?)\s*\|\s*\[([^\]]+)\]\(([^)#\s]+)\)/gm
const ITEM = /^- \[\*\*([^*]+)\*\*\]\(([^)\s]+)\): ([^\n]+)$/gm

/** The rows of a table of documents, by their first column; an empty one continues the row above. */
export function groupsOf (table: string, file: string): BarGroup[] {
  const groups: Array<{ text: string, items: BarEntry[] }> = []
  for (const [, group = '', text = '', link = ''] of table.matchAll(ROW)) {
    const entry = { text: capital(text), link: addressOf(posix.normalize(posix.join(posix.dirname(file), link))) }
    if (group !== '') groups.push({ text: capital(group), items: [entry] })
    else groups.at(-1)?.items.push(entry)
  }
  return groups
}

export interface Start {
  readonly title: string
  readonly about: string
  readonly users: ReadonlyArray<{ readonly title: string, readonly details: string, readonly link: string }>
}

/** The page of the users: its heading, its first paragraph, and one entry for each kind of user. */
export function startOf (page: string, file: string): Start {
  const users = [...page.matchAll(ITEM)].map(([, title = '', link = '', details = '']) => {
    return { title, details, link: addressOf(posix.normalize(posix.join(posix.dirname(file), link))) }
  })
  const [, title = '', about = ''] = /^# ([^\n]+)\n+([\s\S]+?)\n\n/.exec(page) ?? []
  return { title, about: about.replaceAll('\n', ' '), users }
}

/** A first page in the layout `home` of the generator; its front matter is JSON, which YAML includes. */
export function homePage ({ title, about, users }: Start, actions: readonly BarEntry[]): string {
  const front = {
    layout: 'home',
    hero: {
      name: title,
      tagline: about,
      actions: actions.map((action, index) => ({ ...action, theme: index === 0 ? 'brand' : 'alt' }))
    },
    features: users
  }
  return `---\n${JSON.stringify(front, undefined, 1)}\n---\n`
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
