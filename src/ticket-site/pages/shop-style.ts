// The style sheet of the shop, light and dark by the browser's wish. Served as /style.css.

export const SHOP_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #4f5a68; --line: #c3cbd6; --edge: #7a8696; --paper: #fff; --back: #eef1f5; --accent: #1a5fb4; --accent-ink: #fff; --good: #17693a; --good-back: #e3f4ea; --bad: #b3261e; --bad-back: #fde9e7; --wait: #6b4500; --wait-back: #fff1cf; --as: #5b33a8 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #aab5c3; --line: #3a4452; --edge: #8592a3; --paper: #1b222c; --back: #11161d; --accent: #7db3f5; --accent-ink: #0b1a2b; --good: #7fd6a2; --good-back: #15321f; --bad: #ffb4ab; --bad-back: #43201d; --wait: #f3dc9b; --wait-back: #3a3013; --as: #cbb6ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif; overflow-wrap: anywhere }
h1, h2, p { margin: 0 }
h1 { font-size: 1.5rem }
h2 { font-size: 1.25rem }
a { color: var(--accent) }
code { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .93em }
.soft { color: var(--soft) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
button, input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; padding: .4rem .7rem; min-height: 2.75rem; max-width: 100% }
button { cursor: pointer; font-weight: 600 }
button.primary, a.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink) }
a.primary { display: inline-block; padding: .55rem 1rem; border-radius: 8px; text-decoration: none; font-weight: 650 }
button.danger { border-color: var(--bad); color: var(--bad) }
a.danger { display: inline-block; padding: .55rem 1rem; border: 1px solid var(--bad); border-radius: 8px; color: var(--bad); text-decoration: none; font-weight: 600 }
.practice { padding: .5rem 1.25rem; background: var(--wait-back); color: var(--wait); font-weight: 600 }
.head { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: center; padding: .6rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line) }
.head nav { display: flex; flex-wrap: wrap; gap: .25rem .9rem }
.head a { padding: .6rem 0 }
.head nav a[aria-current] { font-weight: 700; color: var(--ink); text-decoration-thickness: 3px; text-underline-offset: 6px }
.shop { font-size: 1.25rem; font-weight: 700 }
.grow { flex: 1 }
main { max-width: 72rem; margin: 0 auto; padding: 1.25rem; display: grid; gap: 1.1rem }
main > *, .card > * { min-width: 0 }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: 1.1rem 1.25rem }
.row { display: flex; flex-wrap: wrap; gap: .5rem .8rem; align-items: end }
.row label { display: grid; font-weight: 600 }
.number { width: 6rem }
ul.items, ul.list { display: grid; gap: .9rem; list-style: none; padding: 0; margin: 0 }
ul.items { grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)) }
ul.list > li { display: grid; grid-template-columns: 1fr auto; gap: .2rem 1rem; align-items: center }
.wide { grid-column: 1 / -1 }
.price { font-size: 1.5rem; font-weight: 800 }
.chip { display: inline-block; padding: .05rem .55rem; border: 1px solid currentColor; border-radius: 99px; font-size: .875rem; font-weight: 600 }
.bad { color: var(--bad) }
.by { grid-column: 1 / -1; border-left: 6px solid var(--edge); padding: .35rem .9rem; background: var(--back); border-radius: 0 8px 8px 0 }
.by.person { border-color: var(--good) }
.by.application { border-left: 6px double var(--as) }
.cancelled h2 { text-decoration: line-through }
.done { border-color: var(--good); color: var(--good); background: var(--good-back); font-weight: 650 }
.alert { border-color: var(--bad); color: var(--bad); background: var(--bad-back); font-weight: 650 }
@media (max-width: 40rem) { main { padding: .8rem } ul.list > li { grid-template-columns: 1fr } }
`
