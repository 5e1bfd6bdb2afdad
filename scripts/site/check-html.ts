// Checks the built site: each link within it leads to a page, a place or a picture that is there, nothing is loaded from another host,
// and each page is two steps away from the first page at most.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { posix, join } from 'node:path'

const STEPS = 2
const TAG = /<(a|link|script|img)\b[^>]*?\s(?:href|src)="([^"]*)"/g
const ID = /\sid="([^"]+)"/g
const STYLE = /<style[^>]*>([\s\S]*?)<\/style>|\sstyle="([^"]*)"/g
const ELSEWHERE = /url\(['"]?(?:https?:)?\/\/[^)]*\)/g
const LOADED = new Set(['link', 'script', 'img'])

interface BuiltPage { readonly links: readonly string[], readonly ids: ReadonlySet<string> }

/** @returns one line for each mistake */
export function checkSite (folder: string, base: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => name.replaceAll('\\', '/'))
  const problems: string[] = []
  const pages = new Map<string, BuiltPage>()
  for (const name of names.filter(name => name.endsWith('.html'))) {
    const html = readFileSync(join(folder, name), 'utf8')
    const links: string[] = []
    for (const [, tag = '', address = ''] of html.matchAll(TAG)) {
      if (tag === 'a') links.push(decodeEntities(address))
      else if (LOADED.has(tag) && /^(?:https?:)?\/\//.test(address)) problems.push(`${name}: loads ${address} from another host`)
    }
    for (const [style] of html.matchAll(STYLE)) problems.push(...(style.match(ELSEWHERE) ?? []).map(found => `${name}: loads ${found} from another host`))
    pages.set(name, { links, ids: new Set([...html.matchAll(ID)].map(([, id = '']) => decodeEntities(id))) })
  }
  for (const [name, { links }] of pages) {
    for (const link of links) problems.push(...checkLink(name, link, pages, folder, base))
  }
  return [...new Set([...problems, ...farPages(pages, base)])]
}

function checkLink (page: string, link: string, pages: ReadonlyMap<string, BuiltPage>, folder: string, base: string): string[] {
  const target = targetOf(page, link, base)
  if (target === undefined) return []
  const found = pages.get(target.name)
  if (found === undefined) return existsSync(join(folder, target.name)) ? [] : [`${page}: nothing is at ${link}`]
  return target.anchor === '' || found.ids.has(target.anchor) ? [] : [`${page}: ${target.name} has no place #${target.anchor}`]
}

/** The file of the site that a link names; undefined for an address on the web. */
function targetOf (page: string, link: string, base: string): { name: string, anchor: string } | undefined {
  if (/^[a-z]+:|^\/\//.test(link)) return undefined
  const [path = '', anchor = ''] = link.split('#')
  const whole = path === '' ? page : path.startsWith('/') ? path.slice(base.length) : posix.join(posix.dirname(page), path)
  const name = posix.normalize(decodeURIComponent(whole.replace(/\?.*$/, '')))
  return { name: name === '.' || name.endsWith('/') ? posix.join(name, 'index.html') : name, anchor: decodeURIComponent(anchor) }
}

function farPages (pages: ReadonlyMap<string, BuiltPage>, base: string): string[] {
  let reached = new Set(['index.html'])
  for (let step = 0; step < STEPS; step += 1) {
    reached = new Set([...reached, ...[...reached].flatMap(page =>
      (pages.get(page)?.links ?? []).flatMap(link => targetOf(page, link, base)?.name ?? []))])
  }
  return [...pages.keys()].filter(name => name !== '404.html' && !reached.has(name))
    .map(name => `${name}: more than ${STEPS} steps away from the first page`)
}

function decodeEntities (text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
