// The static site of the documents: what a page becomes, and which mistakes in the built pages are found. The whole site is built by
// npm run site, which is a step of npm test.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { checkSite } from '../../scripts/site/check-html.ts'
import { groupsOf, homePage, startOf } from '../../scripts/site/navigation-bars.ts'
import { addressOf, siteLink, sitePathOf } from '../../scripts/site/page-paths.ts'
import { pageText } from '../../scripts/site/page-text.ts'

t.test('paths — documents keep their names, other files are pages below files', t => {
  t.equal(sitePathOf('docs/tokens.md'), 'tokens.md')
  t.equal(sitePathOf('CONTRIBUTING.md'), 'contributing.md')
  t.equal(sitePathOf('deploy/container/Dockerfile'), 'files/deploy-container-Dockerfile.md')
  t.equal(sitePathOf('docs/images/en/consent.png'), 'images/en/consent.png')
  t.equal(siteLink('docs/ja/tutorial.md', 'docs/tokens.md'), '../tokens.md')
  t.equal(siteLink('docs/tokens.md', 'docs/ja/tutorial.md'), './ja/tutorial.md')
  t.strictSame(['docs/for/README.md', 'docs/ja/for/README.md', 'docs/decisions/README.md', 'docs/tokens.md'].map(addressOf),
    ['/', '/ja/', '/decisions/', '/tokens.html'])
  t.end()
})

t.test('page — links lead within the site, code stays as it is, a drawing becomes a picture', t => {
  const page = '# A\n\n[b](../SECURITY.md#x) `{{c}}` {{d}} [e](https://e.example) [f](#g)\n\n```sh\n[h](i.md) {{j}}\n```\n\n' +
    '```mermaid\nk\n```\n'
  const { text, linked } = pageText('docs/tokens.md', page, (words, number) => `${words.trim()}-${number}.svg`)
  t.equal(text, '# A\n\n[b](./security.md#x) `{{c}}` &#123;&#123;d}} [e](https://e.example) [f](#g)\n\n```sh\n[h](i.md) {{j}}\n```\n\n' +
    '![Drawing](k-1.svg)\n')
  t.strictSame(linked, ['SECURITY.md'])
  t.match(pageText('docs/tokens.md', `# A\n\n${'| a '.repeat(8)}|\n${'| --- '.repeat(8)}|\n`, () => '').text, /^---\npageClass: wide\n/)
  t.match(pageText('docs/tokens.md', '# A\n\ntext\n', () => '', 'docs/ja/tutorial.md').text, '# A\n\n[日本語](./ja/tutorial.md)\n\ntext')
  t.end()
})

t.test('bars — groups of the table of documents, and one entry for each kind of user', t => {
  const table = '| for | document | about |\n| --- | --- | --- |\n' +
    '| people | [one](one.md) ([日本語](ja/one.md)) | |\n| | [two](two.md) | |\n| more | [three](three.md) | |\n'
  t.strictSame(groupsOf(table, 'docs/README.md'), [
    { text: 'People', items: [{ text: 'One', link: '/one.html' }, { text: 'Two', link: '/two.html' }] },
    { text: 'More', items: [{ text: 'Three', link: '/three.html' }] }
  ])
  const start = startOf('# Name\n\nIt is\na gate.\n\n- [**I teach**](teacher.md): "Mistakes": on purpose.\n', 'docs/for/README.md')
  const teacher = { title: 'I teach', details: '"Mistakes": on purpose.', link: '/for/teacher.html' }
  t.strictSame(start, { title: 'Name', about: 'It is a gate.', users: [teacher] })
  const front = JSON.parse(homePage(start, [{ text: 'All', link: '/all.html' }]).split('---\n')[1] ?? '') as { features: object[] }
  t.strictSame(front.features, start.users)
  t.end()
})

t.test('built pages — a link to nothing, a missing place, another host and a page too far away are found', t => {
  const folder = mkdtempSync(join(tmpdir(), 'site-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const write = (name: string, html: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), html)
  }
  write('index.html', '<a class="x" href="/docs/a.html#here">a</a> <a href="https://elsewhere.example">e</a> <img src="p.png">')
  write('a.html', '<h1 id="here">A</h1> <a href="./b/">b</a> <a href="#here">h</a>')
  write('b/index.html', '<a href="../c.html#%E4%BA%88%E7%B4%84">c</a>')
  write('c.html', '<h2 id="予約"></h2>')
  t.strictSame(checkSite(folder, '/docs/'), ['c.html: more than 2 steps away from the first page'])
  write('index.html', '<a href="/docs/a.html#gone">a</a> <a href="/docs/c.html">c</a> <a href="/docs/no.html">n</a>' +
    '<script src="https://elsewhere.example/x.js"></script><style>@import url(https://fonts.example/x)</style>')
  t.strictSame(checkSite(folder, '/docs/'), [
    'index.html: loads https://elsewhere.example/x.js from another host',
    'index.html: loads url(https://fonts.example/x) from another host',
    'index.html: a.html has no place #gone',
    'index.html: nothing is at /docs/no.html'
  ])
  t.end()
})
