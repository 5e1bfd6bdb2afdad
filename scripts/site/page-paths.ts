// Where a file of the repository stands in the site. Documents are pages of their own name; any other text file that a document
// links to is a page below `files/` that shows its text.

import { posix } from 'node:path'

const RENAMED: Readonly<Record<string, string>> = {
  'README.md': 'overview.md',
  'docs/README.md': 'documents.md',
  'docs/ja/README.md': 'ja/documents.md',
  'docs/for/README.md': 'index.md',
  'docs/ja/for/README.md': 'ja/index.md',
  'docs/decisions/README.md': 'decisions/index.md'
}
const PICTURE = /\.(?:png|svg)$/

export const isPicture = (file: string): boolean => PICTURE.test(file)

/** @param file from the root of the repository, such as `docs/ja/tutorial.md` */
export function sitePathOf (file: string): string {
  const renamed = RENAMED[file]
  if (renamed !== undefined) return renamed
  if (isPicture(file)) return file.replace(/^docs\//, '')
  if (!file.endsWith('.md')) return `files/${file.replaceAll('/', '-')}.md`
  return file.startsWith('docs/') ? file.slice('docs/'.length) : file.toLowerCase()
}

/** The address of a page in the site, from its root: `/tokens.html`. */
export function addressOf (file: string): string {
  return `/${sitePathOf(file).replace(/(?:index)?\.md$/, name => name === 'index.md' ? '' : '.html')}`
}

/** A link from one file of the repository to another, as it is written in the site. */
export function siteLink (from: string, to: string): string {
  const path = posix.relative(posix.dirname(sitePathOf(from)), sitePathOf(to))
  return path.startsWith('.') ? path : `./${path}`
}
