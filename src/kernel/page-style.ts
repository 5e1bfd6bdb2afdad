// The style sheet of the gateway's and the practice server's pages, light and dark: inline, and allowed by its hash in the
// Content-Security-Policy. Text has a contrast of 4.5:1, the edge of a control 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).

import { createHash } from 'node:crypto'

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d5dbe3; --edge: #7a8696; --paper: #ffffff; --back: #eef1f5; --accent: #1a5fb4; --accent-ink: #ffffff; --pick: #eaf2fc; --warn: #fff4d6; --warn-ink: #6b4e00; --bad: #b3261e; --bad-back: #fdecea }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3aebd; --line: #3a4452; --edge: #8592a3; --paper: #1b222c; --back: #11161d; --accent: #7db3f5; --accent-ink: #0b1a2b; --pick: #1f2f45; --warn: #3a3013; --warn-ink: #f3dc9b; --bad: #ffb4ab; --bad-back: #40211f } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif }
.practice { margin: 0; padding: .5rem 1rem; background: var(--warn); color: var(--warn-ink); font-size: .875rem; text-align: center }
main { max-width: 34rem; margin: 1.5rem auto; padding: 1.75rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px }
.top { display: flex; justify-content: space-between; gap: 1rem; font-size: .875rem; color: var(--soft) }
h1 { margin: .75rem 0 .5rem; font-size: 1.45rem; line-height: 1.3; overflow-wrap: anywhere; text-wrap: balance; word-break: auto-phrase }
h2, legend { margin: 0 0 .5rem; padding: 0; font-size: 1rem; font-weight: 650 }
section, fieldset { margin: 1.5rem 0 0; padding: 0; border: 0; min-width: 0 }
p { margin: .25rem 0 }
ul { margin: .25rem 0; padding-left: 1.25rem }
a { color: var(--accent) }
code { font: .875em ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere }
.soft { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere }
.alert { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--bad); border-radius: 6px; background: var(--bad-back); color: var(--bad) }
.fields { display: grid; gap: .75rem; align-items: end; grid-template-columns: 1fr 1fr }
.field label { display: block; font-size: .875rem; font-weight: 600 }
input[type=text], input[type=password], textarea, select { width: 100%; margin-top: .25rem; padding: .55rem .7rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); color: inherit; font: inherit }
textarea { min-height: 4.5rem; resize: vertical }
.field .words label { display: inline-flex; gap: .4rem; margin-right: 1rem; font-weight: 400 }
.wide { grid-column: 1 / -1 }
input[aria-invalid=true] { border-color: var(--bad) }
.choice { display: block; margin-top: .5rem; padding: .7rem .9rem; border: 1px solid var(--line); border-radius: 10px }
.choice:has(> label > input:checked) { border-color: var(--accent); background: var(--pick) }
.choice > label { display: flex; gap: .65rem; align-items: baseline; font-weight: 600; cursor: pointer }
.choice > label > input { flex: none; width: 1rem; height: 1rem; margin: 0; align-self: center; accent-color: var(--accent) }
.choice .more { margin-left: 1.65rem }
.buttons { display: flex; gap: .75rem; margin-top: 1.75rem }
button { flex: 1; padding: .7rem 1rem; border: 1px solid var(--edge); border-radius: 8px; background: transparent; color: inherit; font: inherit; font-weight: 650; cursor: pointer }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--accent-ink) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
table { width: 100%; border-collapse: collapse; font-size: .9375rem }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; overflow-wrap: break-word }
.page-wide { max-width: 72rem }
.page-document { max-width: 60rem }
.page-document h2 { margin: 2rem 0 .5rem; font-size: 1.2rem }
.page-document h3 { margin: 1.5rem 0 .25rem; font-size: 1.05rem }
.page-document th { white-space: nowrap }
.page-document td code { overflow-wrap: normal }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)) }
.choice.on { border: 2px solid var(--bad); background: var(--bad-back) }
.client { padding: 0 .3rem; border-radius: 6px; background: var(--pick) }
pre { margin: .5rem 0; padding: .75rem 1rem; border-radius: 8px; background: var(--back); overflow-x: auto }
dl { margin: .5rem 0; font-size: .9375rem }
dt { font-weight: 650 }
dd { margin: 0 0 .35rem; overflow-wrap: anywhere }
.cards .buttons { margin-top: .75rem }
@media (max-width: 40rem) { .page-document table, .page-document tbody, .page-document tr, .page-document td, .page-document tbody th { display: block } .page-document thead { display: none } .page-document tr { padding: .6rem 0; border-bottom: 1px solid var(--line) } .page-document td, .page-document tbody th { padding: .1rem 0; border: 0 } .page-document td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); font-size: .875rem } .page-document td code { overflow-wrap: anywhere } }
@media (max-width: 30rem) { main { margin: 0; border-radius: 0; border-width: 0; padding: 1.25rem } .fields { grid-template-columns: 1fr } }
`

/** The mark of the pages, as an address that needs no request. */
export const PAGE_ICON = `data:image/svg+xml,${encodeURIComponent(iconMarkup())}`

export function iconMarkup (): string {
  return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#1a5fb4"/>' +
    '<path d="M5 7V5.5a3 3 0 0 1 6 0V7h.5v5h-7V7zm1.5 0h3V5.5a1.5 1.5 0 0 0-3 0z" fill="#fff"/></svg>'
}

/** `'sha256-…'`, for `style-src`. */
export const PAGE_STYLE_HASH = `'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`
