// The bar and the filters at the top of the page. While a replay is shown a band says so across the page.

import { h, type ComponentChild } from 'preact'
import type { Page } from './drawing.ts'
import { valueOf, type FilterName } from './page-state.ts'

export function topBar (page: Page): ComponentChild {
  const { state, words, look, tell, setLook } = page
  const { buttons } = words
  const other = look.language === 'en' ? 'ja' : 'en'
  const live = state.connected ? `● ${words.live}` : words.offline
  const status = state.replayed ? '▶' : state.paused ? words.paused(state.waiting.size) : live
  return h('header', null,
    h('h1', null, words.title),
    h('p', { class: `status ${state.connected && !state.paused ? 'is-live' : ''}`, role: 'status' }, status),
    h('div', { class: 'buttons' },
      state.replayed
        ? h('button', { type: 'button', onClick: () => { location.reload() } }, buttons.leaveReplay)
        : h('button', { type: 'button', id: 'pause', 'aria-pressed': String(state.paused), onClick: () => { tell({ kind: 'pause' }) } },
          state.paused ? buttons.resume : buttons.pause),
      state.replayed ? null : h('a', { class: 'button', href: '/session.jsonl', download: 'session.jsonl' }, buttons.save),
      h('label', { class: 'button' }, buttons.open,
        h('input', { type: 'file', class: 'unseen', accept: '.jsonl', onChange: (event: Event) => { takeFile(event) } })),
      h('button', { type: 'button', onClick: () => { setLook({ size: nextSize(look.size) }) } }, buttons.size),
      h('button', { type: 'button', id: 'language', lang: other, onClick: () => { setLook({ language: other }) } }, buttons.language),
      h('button', { type: 'button', id: 'theme', onClick: () => { setLook({ theme: isDark(page) ? 'light' : 'dark' }) } }, buttons.theme)))

  function takeFile ({ currentTarget }: Event): void {
    const file = currentTarget instanceof HTMLInputElement ? currentTarget.files?.[0] : undefined
    if (file !== undefined) page.openFile(file)
  }
}

/** The largest is followed by the smallest. */
export function nextSize (size: Page['look']['size']): Page['look']['size'] {
  return size === 1 ? 1.25 : size === 1.25 ? 1.5 : 1
}

export function isDark ({ look }: Page): boolean {
  return look.theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : look.theme === 'dark'
}

export function replayBand ({ state, words, look }: Page): ComponentChild {
  if (state.badLine !== undefined) return h('p', { class: 'band bad', role: 'alert' }, words.notASession(state.badLine))
  if (!state.replayed) return null
  const at = state.head === undefined ? '' : new Date(state.head.at).toLocaleString(look.language)
  return h('p', { class: 'band' }, h('strong', null, `▶ ${words.replay(at)}`), ' ', words.replayHint)
}

const NAMES: readonly FilterName[] = ['person', 'client', 'tool', 'outcome']

export function filterBar ({ state, words, tell }: Page): ComponentChild {
  const { filters } = words
  const requests = [...state.requests.values()]
  const choice = (name: FilterName) => {
    const values = name === 'outcome'
      ? (['allowed', 'refused', 'undecided', 'running'] as const).map(outcome => [outcome, filters[outcome]] as const)
      : [...new Set(requests.flatMap(request => valueOf(name, request) ?? []))].sort().map(value => [value, value] as const)
    return h('label', { key: name }, filters[name], ' ',
      h('select', {
        id: `filter-${name}`,
        value: state.filters[name],
        onChange: ({ currentTarget }: Event) => {
          if (currentTarget instanceof HTMLSelectElement) tell({ kind: 'filter', name, value: currentTarget.value })
        }
      }, h('option', { value: '' }, filters.all), values.map(([value, text]) => h('option', { value }, text))))
  }
  return h('section', { class: 'filters', 'aria-label': filters.title }, NAMES.map(choice))
}

export function keyHelp ({ words }: Page): ComponentChild {
  return h('details', { class: 'keys' }, h('summary', null, words.buttons.keys),
    h('dl', null, words.keys.map(([key, what]) => h('div', null, h('dt', null, h('kbd', null, key)), h('dd', null, what)))))
}
