// The keys of the page; each of them is a button too. They do nothing while a field has the focus, or with a modifier.

import type { Page } from './drawing.ts'
import { listed } from './page-state.ts'
import { isDark, nextSize } from './top-bar.ts'

export function handleKey (event: KeyboardEvent, page: Page): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return
  const { look, setLook, tell } = page
  switch (event.key) {
    case 'j': return move(page, 1)
    case 'k': return move(page, -1)
    case 'Escape': {
      const before = page.state.open
      tell({ kind: 'open', number: undefined })
      return document.getElementById(`request-${before}`)?.focus()
    }
    case 'p': return tell({ kind: 'pause' })
    case 'l': return setLook({ language: look.language === 'en' ? 'ja' : 'en' })
    case 't': return setLook({ theme: isDark(page) ? 'light' : 'dark' })
    case '+': return setLook({ size: nextSize(look.size) })
    case '/':
      event.preventDefault()
      document.getElementById('filter-person')?.focus()
  }
}

function move ({ state, tell }: Page, by: 1 | -1): void {
  const rows = listed(state)
  const place = rows.findIndex(({ number }) => number === state.open)
  const next = rows[place === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, place + by))]
  if (next === undefined) return
  tell({ kind: 'open', number: next.number })
  document.getElementById(`request-${next.number}`)?.focus()
}

function isField (target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || target instanceof HTMLInputElement
}
