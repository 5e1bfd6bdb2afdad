// Do links to a place within a page lead there? And do the shell scripts that commands name exist? Addresses on the web
// are not followed; whether the page itself exists is found out in references.ts.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { anchorsOf, withoutCode } from './markdown.ts'
import { documentFiles } from './references.ts'

const ANCHOR = /\]\(([^()\s#:]*)#([^)\s]+)\)/g
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

export function checkShellScripts (): string[] {
  return documentFiles().flatMap(file => {
    return [...readFileSync(file, 'utf8').matchAll(SHELL_SCRIPT)]
      .map(([, script = '']) => script)
      .filter(script => !existsSync(script))
      .map(script => `${file}: there is no ${script}`)
  })
}
