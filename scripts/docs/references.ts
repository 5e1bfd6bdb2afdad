// References of the documents: relative links, and the npm scripts in commands, exist. Anchors are checked in anchors.ts; addresses on
// the web are not followed.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)/g
const NPM_SCRIPT = /\bnpm (?:run ([\w:-]+)|(start|test)\b)/g

/** The hand-written pages, relative to the root of the repository. */
export function documentFiles (): string[] {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map(name => join('docs', name))
  return [...readdirSync('.'), ...pages].filter(name => name.endsWith('.md'))
}

export function checkReferences (): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  return documentFiles().flatMap(file => {
    const text = readFileSync(file, 'utf8')
    const links = [...text.matchAll(LINK)].map(match => match[1] ?? '')
      .filter(link => !existsSync(normalize(join(dirname(file), decodeURIComponent(link)))))
      .map(link => `${file}: nothing is at ${link}`)
    const commands = [...text.matchAll(NPM_SCRIPT)].map(match => match[1] ?? match[2] ?? '')
      .filter(name => !(name in scripts))
      .map(name => `${file}: package.json has no script ${name}`)
    return [...links, ...commands]
  })
}
