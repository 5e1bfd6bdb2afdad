// Builds the documents into a static site below .build/site/html and checks it: links, places, and how far each page is from the first.
// VitePress and the drawings come from scripts/site-generator, which is installed apart from the gateway.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readCommandLine } from './command-line.ts'
import { documentFiles } from './docs/references.ts'
import { checkSite } from './site/check-html.ts'
import { checkSearch, type Find } from './site/check-search.ts'
import { groupsOf, homePage, startOf, type BarEntry, type BarGroup } from './site/navigation-bars.ts'
import { addressOf, isPicture, sitePathOf } from './site/page-paths.ts'
import { pageText } from './site/page-text.ts'

const GENERATOR = 'scripts/site-generator'
const BUILT = '.build/site'
const USAGE = `Usage: npm run site                   builds the documents into ${BUILT}/html and checks every link
       npm run site:preview           serves what was built, at http://localhost:4173

SITE_BASE=/docs/ is the path under which the site will be served; the default is /.
`
/** Its table of the first pages becomes the first page of each language. */
const STARTS = { en: 'docs/for/README.md', ja: 'docs/ja/for/README.md' } as const

/** On white, on a dark page too: a picture is a file, and takes no colours from the page. */
const DRAWING_STYLE = { bg: '#ffffff', fg: '#27272a', muted: '#3f3f46', line: '#71717a', font: 'sans-serif' }

type Draw = (drawing: string, style: Readonly<Record<string, string>>) => string

readCommandLine(USAGE, {})
if (!existsSync(join(GENERATOR, 'node_modules/vitepress'))) {
  process.stderr.write(`The generator is not installed: (cd ${GENERATOR} && npm ci --ignore-scripts)\n`)
  process.exit(2)
}
rmSync(BUILT, { recursive: true, force: true })
const renderDrawing = await loadDrawings()
writePages()
build()
const { findPages } = await import(pathToFileURL(resolve(GENERATOR, 'search.mjs')).href) as { findPages: Find }
const problems = [...checkSite(join(BUILT, 'html'), process.env['SITE_BASE'] ?? '/'), ...checkSearch(join(BUILT, 'html'), findPages)]
for (const problem of problems) process.stdout.write(`${problem}\n`)
if (problems.length > 0) process.exitCode = 1

async function loadDrawings (): Promise<Draw> {
  const { renderMermaidSVG } = await import(pathToFileURL(resolve(GENERATOR, 'drawings.mjs')).href) as { renderMermaidSVG: Draw }
  return renderMermaidSVG
}

function write (path: string, text: string): void {
  const file = join(BUILT, 'source', path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function writePages (): void {
  const documents = documentFiles()
  const others = new Set<string>()
  for (const file of documents) {
    const source = readFileSync(file, 'utf8')
    const { text, linked } = pageText(file, source, (words, number) => drawing(file, words, number), counterpartOf(file))
    if (file !== STARTS.en && file !== STARTS.ja) write(sitePathOf(file), text)
    for (const target of linked) if (!documents.includes(target) && statSync(target).isFile()) others.add(target)
  }
  for (const file of others) {
    if (isPicture(file)) cpSync(file, join(BUILT, 'source', sitePathOf(file)), { recursive: true })
    else write(sitePathOf(file), filePage(file))
  }
  writeBars(documents, [...others].filter(file => !isPicture(file)).sort())
}

function writeBars (documents: readonly string[], files: readonly string[]): void {
  const read = (file: string) => readFileSync(file, 'utf8')
  const english = groupsOf(read('docs/README.md'), 'docs/README.md')
  const japanese = groupsOf(read('docs/ja/README.md'), 'docs/ja/README.md')
  const decisions = documents.filter(file => /^docs\/decisions\/\d/.test(file)).sort()
    .map(file => ({ text: /^# (.+)$/m.exec(read(file))?.[1] ?? file, link: addressOf(file) }))
  const users = { en: startOf(read(STARTS.en), STARTS.en), ja: startOf(read(STARTS.ja), STARTS.ja) }
  const forUsers = (entries: typeof users.en.users): BarEntry[] => entries.map(({ title, link }) => ({ text: title, link }))
  write('files/index.md', `# Files\n\nFiles of the repository that the documents link to.\n\n${
    files.map(file => `- [${file}](${addressOf(file)})`).join('\n')}\n`)
  const fileEntries = files.map(file => ({ text: file, link: addressOf(file) }))
  const sidebar: BarGroup[] = [
    { text: 'For you', items: forUsers(users.en.users) }, ...english,
    { text: 'Decisions', collapsed: true, items: decisions },
    ...furtherPages('Further', english, documents.filter(file => !/^docs\/(?:ja|for|decisions)\//.test(file))),
    { text: 'Files', collapsed: true, items: [{ text: 'All of them', link: '/files/' }, ...fileEntries] }
  ]
  const nav = [
    { text: 'Documents', link: '/documents.html' }, { text: 'Decisions', link: '/decisions/' },
    { text: 'Comparison', link: '/comparison.html' }, { text: 'Files', link: '/files/' }
  ]
  const navJapanese = [{ text: '文書', link: '/ja/documents.html' }, { text: '英語の文書', link: '/documents.html' }]
  const japaneseBar = [
    { text: 'あなたのために', items: forUsers(users.ja.users) }, ...japanese,
    ...furtherPages('その他', japanese, documents.filter(file => /^docs\/ja\/(?!for\/)/.test(file)))
  ]
  writeFileSync(join(BUILT, 'navigation.json'), JSON.stringify({
    en: { nav, sidebar },
    ja: { nav: navJapanese, sidebar: japaneseBar }
  }))
  write('index.md', homePage(users.en, nav.slice(0, 3)))
  write('ja/index.md', homePage(users.ja, navJapanese))
}

/** A picture loads no font from elsewhere. @returns the address of the picture beside its page */
function drawing (file: string, words: string, number: number): string {
  const name = `${posix.basename(sitePathOf(file), '.md')}-${number}.svg`
  write(posix.join(posix.dirname(sitePathOf(file)), name), renderDrawing(words, DRAWING_STYLE).replace(/@import url\([^)]*\);?/g, ''))
  return `./${name}`
}

/** Documents that no table names are found all the same: a page that nothing leads to is lost. */
function furtherPages (text: string, groups: readonly BarGroup[], documents: readonly string[]): BarGroup[] {
  const named = new Set(groups.flatMap(({ items }) => items.map(({ link }) => link)))
  const items = documents.filter(file => !named.has(addressOf(file)))
    .map(file => ({ text: /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? file, link: addressOf(file) }))
  return items.length === 0 ? [] : [{ text, collapsed: true, items }]
}

function counterpartOf (file: string): string | undefined {
  const other = file.startsWith('docs/ja/') ? file.replace('docs/ja/', 'docs/') : file.replace('docs/', 'docs/ja/')
  const isNamed = readFileSync(file, 'utf8').split('\n').slice(0, 6).some(line => /^\[(?:日本語|English)\]\(/.test(line))
  return other !== file && !isNamed && existsSync(other) ? other : undefined
}

function filePage (file: string): string {
  const language = /\.(?:ts|json|yaml|service|cfg|conf)$/.exec(file)?.[0].slice(1) ?? ''
  const known = { cfg: 'ini', conf: 'nginx', service: 'ini' }[language] ?? (file.endsWith('Dockerfile') ? 'docker' : language)
  // A program would be found by every other word.
  return `---\nsearch: false\n---\n\n# ${file}\n\n\`\`\`\`${known}\n${readFileSync(file, 'utf8').trimEnd()}\n\`\`\`\`\n`
}

function build (): void {
  const vitepress = resolve(GENERATOR, 'node_modules/vitepress/bin/vitepress.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitepress, 'build', GENERATOR], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`vitepress ended with ${status}\n${stdout}\n${stderr}`)
}
