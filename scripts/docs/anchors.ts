// Links to a place within a page: the heading exists, for links of documents and for comments of the source. The shell scripts that
// commands name exist too. Addresses on the web are not followed; whether a linked page exists is checked in references.ts.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { anchorsOf, withoutCode } from './markdown.ts'
import { documentFiles } from './references.ts'

const ANCHOR = /\]\(([^()\s#:]*)#([^)\s]+)\)/g
const IN_SOURCE = /\b(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g
const SOURCES = ['src', 'bench', 'scripts', 'test'] as const
const SHELL_SCRIPT = /\bsh (?:\.\/)?(scripts\/[\w./-]+\.sh)\b/g

export function checkAnchors (): string[] {
  return documentFiles().flatMap(file => {
    return [...withoutCode(readFileSync(file, 'utf8')).matchAll(ANCHOR)].flatMap(([, page = '', anchor = '']) => {
      const target = page === '' ? file : normalize(join(dirname(file), decodeURIComponent(page)))
      if (!target.endsWith('.md') || !existsSync(target)) return []
      const exists = anchorsOf(readFileSync(target, 'utf8')).has(decodeURIComponent(anchor))
      return exists ? [] : [`${file}: ${target} has no heading #${decodeURIComponent(anchor)}`]
    })
  })
}

export function checkSourceLinks (): string[] {
  const files = SOURCES.flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)))
  return files.filter(name => /\.m?ts$/.test(name) && !name.includes('node_modules')).flatMap(file => {
    return [...readFileSync(file, 'utf8').matchAll(IN_SOURCE)].flatMap(([, page = '', anchor]) => {
      if (!existsSync(page)) return [`${file}: there is no ${page}`]
      return anchor === undefined || anchorsOf(readFileSync(page, 'utf8')).has(anchor) ? [] : [`${file}: ${page} has no heading #${anchor}`]
    })
  })
}

export function checkShellScripts (): string[] {
  return documentFiles().flatMap(file => {
    return [...readFileSync(file, 'utf8').matchAll(SHELL_SCRIPT)]
      .map(([, script = '']) => script)
      .filter(script => !existsSync(script))
      .map(script => `${file}: there is no ${script}`)
  })
}
