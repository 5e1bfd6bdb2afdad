// The style sheet of the exercises, light and dark by the browser's wish. The overview of a class of forty fits a projector of 1920 by 1080
// pixels without scrolling, in letters that the last row reads.

export const EXERCISE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #4f5a68; --line: #c3cbd6; --edge: #7a8696; --paper: #fff; --back: #eef1f5; --accent: #1a5fb4; --good: #17693a; --good-back: #e3f4ea; --bad: #b3261e; --bad-back: #fde9e7; --wait: #6b4500; --wait-back: #fff1cf }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #aab5c3; --line: #3a4452; --edge: #8592a3; --paper: #1b222c; --back: #11161d; --accent: #7db3f5; --good: #7fd6a2; --good-back: #15321f; --bad: #ffb4ab; --bad-back: #43201d; --wait: #f3dc9b; --wait-back: #3a3013 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif; overflow-wrap: anywhere }
h1, h2, h3, p, ol, ul, table, pre { margin: 0 }
h1 { font-size: 1.5rem }
h2 { font-size: 1.2rem }
h3 { font-size: 1rem }
a { color: var(--accent) }
.soft { color: var(--soft) }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
button { font: inherit; font-weight: 600; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; padding: .4rem .8rem; min-height: 2.75rem; cursor: pointer }
button.danger { border-color: var(--bad); color: var(--bad) }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; padding: .4rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line) }
.head nav { display: flex; gap: .25rem 1rem }
.head a { padding: .6rem 0 }
.head a[aria-current] { font-weight: 700; color: var(--ink) }
.grow { flex: 1 }
.band { padding: .5rem 1.25rem; background: var(--wait-back); color: var(--wait); font-weight: 600 }
main { max-width: 58rem; margin: 0 auto; padding: 1rem 1.25rem 2rem; display: grid; gap: .9rem }
main.class { max-width: 118rem }
main > *, .card > * { min-width: 0 }
.card { display: grid; gap: .5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: .9rem 1.1rem }
progress { width: 100%; height: 1.1rem; accent-color: var(--good) }
ol.exercises { display: grid; gap: .7rem; list-style: none; padding: 0 }
ol.exercises > li { display: grid; grid-template-columns: 3rem 1fr; gap: .2rem .6rem; background: var(--paper); border: 1px solid var(--line); border-left: 7px solid var(--edge); border-radius: 12px; padding: .8rem 1rem }
ol.exercises > li.done { border-left-color: var(--good) }
ol.exercises > li.at-it { border: 3px solid var(--accent); border-left-width: 7px }
ol.exercises > li > div { display: grid; gap: .5rem; min-width: 0 }
.number { font-size: 1.6rem; font-weight: 800; text-align: center; white-space: nowrap }
.done .number { color: var(--good) }
details > * + * { margin-top: .5rem }
pre { background: var(--back); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere }
code, pre { font: .93rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace }
.hint { background: var(--wait-back); color: var(--wait); border-radius: 8px; padding: .6rem .8rem; font-weight: 600 }
.people { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); list-style: none; padding: 0 }
.people a { display: block; padding: .6rem; text-align: center; background: var(--paper); border: 1px solid var(--edge); border-radius: 8px }
.last { list-style: none; padding: 0; display: grid; gap: .2rem }
.figures { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); list-style: none; padding: 0 }
.figures .card { gap: 0 }
.figures strong { font-size: 2.1rem; line-height: 1.2 }
.figures .bad strong, .figures .bad { color: var(--bad) }
.refused { list-style: none; padding: 0; display: grid; gap: .2rem }
.tables { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)) }
.tables > div { position: relative; min-width: 0; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: .4rem .9rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: left }
th, td { padding: 1px 2px; text-align: center; font-size: 1.05rem; line-height: 1.35 }
th[scope=row], th:first-child { text-align: left; padding-right: .6rem; font-weight: 700; white-space: nowrap }
td span.cell { display: inline-block; min-width: 2rem; border: 2px solid var(--line); border-radius: 6px; font-weight: 800 }
td .cell.done { border-color: var(--good); background: var(--good-back); color: var(--good) }
td .cell.at-it { border: 2px dashed var(--wait); background: var(--wait-back); color: var(--wait) }
td .cell.stuck { border-color: var(--bad); background: var(--bad-back); color: var(--bad) }
@media (max-width: 40rem) { main { padding: .75rem } ol.exercises > li { grid-template-columns: 2rem 1fr; padding: .7rem } .head { padding: .25rem .75rem } }
`

/** Replaces the parts that changed, and says the new progress to a screen reader; without it each page has a link to itself. */
export const EXERCISE_SCRIPT = `
const source = new EventSource('/changes?of=' + encodeURIComponent(document.documentElement.dataset.of))
let last = ''
source.addEventListener('changed', async ({ data }) => {
  if (data === last) return
  if (last === '') { last = data; return }
  last = data
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!response.ok) return
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-part]')) {
    const other = next.getElementById(part.id)
    if (other === null || other.outerHTML === part.dataset.was) continue
    const text = other.outerHTML
    const focused = document.activeElement !== null && part.contains(document.activeElement) ? document.activeElement.id : ''
    const open = [...part.querySelectorAll('details[open]')].map(one => one.id)
    part.replaceWith(other)
    other.dataset.was = text
    for (const id of open) document.getElementById(id)?.setAttribute('open', '')
    if (focused !== '') document.getElementById(focused)?.focus()
  }
})
for (const part of document.querySelectorAll('[data-part]')) part.dataset.was = part.outerHTML
document.addEventListener('click', async ({ target }) => {
  if (!(target instanceof HTMLButtonElement) || target.dataset.copy === undefined) return
  await navigator.clipboard.writeText(document.getElementById(target.dataset.copy).textContent)
  target.textContent = target.dataset.copied
})
`
