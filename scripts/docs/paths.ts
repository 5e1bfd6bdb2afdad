// Files that the documents mention: each path of this repository and each name of a TypeScript file in a document exists. Links are
// checked in references.ts. The changelog tells of the past and is left out.

import { readFileSync, readdirSync } from 'node:fs'
import { fencesOf, withoutFences } from './markdown.ts'
import { documentFiles } from './references.ts'

const ROOTS = ['src', 'test', 'config', 'scripts', 'bench', 'docs', 'deploy'] as const
const PATH = new RegExp(`(?<![\\w./-])(?:${ROOTS.join('|')})/[\\w./*-]+`, 'g')
const CODE_SPAN = /`([^`\n]+)`/g
const TYPESCRIPT = /^[\w./-]+\.ts$/
const SHELL = new Set(['sh', 'bash'])
/** Examples of files that a reader would write. */
const INVENTED = new Set(['config/mine.json', 'deploy/kubernetes/overlays/mine', 'deploy/kubernetes/overlays/mine/kustomization.yaml'])

export function checkPaths (): string[] {
  const files = ROOTS.flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => `/${root}/${name}`))
  return documentFiles().filter(file => file !== 'CHANGELOG.md')
    .flatMap(file => missingFiles(readFileSync(file, 'utf8'), files).map(path => `${file}: there is no ${path}`))
}

/** @param files every file there is, from the root of the repository, such as `/src/index.ts` */
export function missingFiles (page: string, files: readonly string[]): string[] {
  const spans = [...withoutFences(page).matchAll(CODE_SPAN)].map(match => match[1] ?? '')
  const commands = fencesOf(page).filter(({ language }) => SHELL.has(language)).map(({ text }) => text)
  const missing = [...spans, ...commands].flatMap(text => text.match(PATH) ?? [])
    .map(path => path.replace(/[./-]+$/, ''))
    .filter(path => !INVENTED.has(path) && !isAmong(path, files))
  const unknown = spans.filter(span => TYPESCRIPT.test(span) && !files.some(name => name.endsWith(`/${span}`)))
  return [...new Set([...missing, ...unknown])]
}

/** `*` stands for any part of a name. A folder is among them, too. */
function isAmong (path: string, files: readonly string[]): boolean {
  const pattern = new RegExp(`^/${path.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(?:/|$)`)
  return files.some(name => pattern.test(name))
}
