// The page of the console: draws the state once a frame, and says ended requests to a screen reader, one in three seconds at most.

import { h, render } from 'preact'
import type { Look, Page } from './drawing.ts'
import { openRequest } from './open-request.ts'
import { handleKey } from './page-keys.ts'
import { changed, initialState, outcomeOf, type PageEvent, type PageState } from './page-state.ts'
import { requestList } from './request-list.ts'
import { watchStream } from './request-stream.ts'
import { readSession } from './saved-session.ts'
import { verdictOf } from './shown-words.ts'
import { filterBar, keyHelp, replayBand, topBar } from './top-bar.ts'
import { english } from './words-en.ts'
import { japanese } from './words-ja.ts'

const SAID_EVERY_MS = 3000
const SETTINGS = 'gateway-console'

let state: PageState = initialState
let look = readLook()
let drawing = false
let said = { number: 0, text: '', atMs: 0 }
const leaveStream = watchStream(tell)

function tell (event: PageEvent): void {
  if (state.replayed && event.kind !== 'open' && event.kind !== 'filter' && event.kind !== 'replay' && event.kind !== 'bad-file') return
  const before = state.open
  state = changed(state, event)
  if (event.kind === 'replay') leaveStream()
  draw()
  if (event.kind === 'open' && state.open !== before) scrollTo({ top: 0 })
}

function draw (): void {
  if (drawing) return
  drawing = true
  setTimeout(drawNow, 16)
}

function drawNow (): void {
  drawing = false
  const page = currentPage()
  const { words } = page
  const root = document.documentElement
  root.lang = look.language
  root.className = `size-${String(look.size).replace('.', '-')} ${look.theme ?? ''} ${state.open === undefined ? '' : 'has-open'}`
  document.title = state.replayed && state.head !== undefined
    ? `▶ ${words.replay(new Date(state.head.at).toLocaleString(look.language))}`
    : words.title
  const app = document.getElementById('app')
  if (app === null) return
  render(h('div', null,
    replayBand(page), topBar(page), filterBar(page),
    h('main', null, requestList(page), openRequest(page)),
    keyHelp(page),
    h('p', { class: 'unseen', 'aria-live': 'polite' }, sentence(page))), app)
}

function currentPage (): Page {
  return { state, look, words: look.language === 'ja' ? japanese : english, tell, setLook, openFile }
}

function sentence ({ words }: Page): string {
  const now = performance.now()
  const newest = [...state.requests.keys()].reduce((one, other) => Math.max(one, other), 0)
  const request = state.requests.get(newest)
  if (request !== undefined && newest > said.number && outcomeOf(request) !== 'running' && now - said.atMs >= SAID_EVERY_MS) {
    said = { number: newest, text: `#${newest} ${verdictOf(request, words, look.language)}`, atMs: now }
  }
  return said.text
}

function openFile (file: File): void {
  file.text().then(text => {
    const session = readSession(text)
    tell(session.ok ? { kind: 'replay', head: session.head, requests: session.requests } : { kind: 'bad-file', line: session.line })
  }, () => { tell({ kind: 'bad-file', line: 1 }) })
}

function setLook (change: Partial<Look>): void {
  look = { ...look, ...change }
  localStorage.setItem(SETTINGS, JSON.stringify(look))
  draw()
}

function readLook (): Look {
  const wanted = new URLSearchParams(location.search).get('lang')
  const language = wanted === 'ja' || wanted === 'en' ? wanted : navigator.language.startsWith('ja') ? 'ja' : 'en'
  try {
    const kept = JSON.parse(localStorage.getItem(SETTINGS) ?? '{}') as Partial<Look>
    return { language, theme: undefined, size: 1, ...kept, ...(wanted === null ? {} : { language }) }
  } catch {
    return { language, theme: undefined, size: 1 }
  }
}

addEventListener('keydown', event => { handleKey(event, currentPage()) })
draw()
