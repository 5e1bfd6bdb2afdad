// The overview of the class: who is where, who is stuck, and what is refused most often now. Made for a projector.

import { html, type Markup } from '../kernel/markup.ts'
import type { Attendee } from './class-book.ts'
import { EXERCISES, type ExerciseId } from './exercise.ts'
import { reasonText, renderFrame, type ClassView } from './exercise-page.ts'
import { EXERCISE_TEXTS } from './exercise-texts.ts'

const RECENT_MS = 5 * 60_000
const MOST_REFUSALS = 3
const NAMES_SHOWN = 6
const SYMBOLS = { done: '✓', 'at-it': '…', stuck: '✕', open: '\u00a0' } as const

export function renderClass (view: ClassView): string {
  const { book, language } = view
  const texts = EXERCISE_TEXTS[language]
  const attendees = book.attendees()
  const here = attendees.filter(({ calls, ticks }) => calls.length > 0 || Object.keys(ticks).length > 0)
  const stuck = attendees.filter(one => one.stuck)
  const half = Math.ceil(attendees.length / 2)
  return renderFrame(view, {
    title: texts.theClass,
    path: '/class',
    of: 'class',
    wide: true,
    body: html`<h1 class="unseen">${texts.theClass}</h1>
<ul class="figures" id="figures" data-part>
${figure(`${here.length} / ${attendees.length}`, texts.figures.here)}
${mostAt(here, view)}
${figure(`✕ ${stuck.length}`, texts.figures.stuck, stuck.length > 0)}
${figure(String(book.unowned()), texts.figures.unowned)}
</ul>
<section class="card" id="refusals" data-part><h2>${texts.refusals}</h2>${refusals(view, attendees)}</section>
<div class="tables" id="tables" data-part>${[attendees.slice(0, half), attendees.slice(half)].map((part, index) => table(view, part, index))}</div>
<p class="soft">${Object.entries(SYMBOLS).map(([state, symbol]: [string, string]) => `${symbol.trim() === '' ? '□' : symbol} ${texts.cell[state as keyof typeof SYMBOLS]}`).join(' · ')}</p>
<details class="card" id="reset"><summary>${texts.reset}</summary><p>${texts.resetMore}</p>
<form method="post" action="/class/reset?lang=${language}"><button class="danger" type="submit">${texts.resetSure}</button></form></details>`
  })
}

/** For an address that was mistyped, or a name that no account has. */
export function renderMissing (view: ClassView): string {
  const texts = EXERCISE_TEXTS[view.language]
  const title = texts.refusedHere['not-found']
  return renderFrame(view, {
    title, path: '/', of: '', body: html`<h1>${title}</h1><p><a href="/?lang=${view.language}">${texts.everybody}</a></p>`
  })
}

/** What the three parts of a reset said. */
export function renderReset (view: ClassView, outcome: Readonly<Record<'progress' | 'tickets' | 'lab', boolean>>): string {
  const texts = EXERCISE_TEXTS[view.language]
  return renderFrame(view, {
    title: texts.reset,
    path: '/class/reset',
    of: '',
    body: html`<h1>${texts.reset}</h1><ul role="status">${(['progress', 'tickets', 'lab'] as const).map(part =>
      html`<li>${outcome[part] ? `✓ ${texts.resetDone[part]}` : `✕ ${texts.resetDone[part]} ${texts.resetFailed}`}</li>`)}</ul>
<p><a href="/class?lang=${view.language}">${texts.theClass}</a></p>`
  })
}

function figure (value: string, name: string, bad = false): Markup {
  return html`<li class="card${bad && ' bad'}"><strong>${value}</strong><span>${name}</span></li>`
}

function mostAt (here: readonly Attendee[], { language }: ClassView): Markup {
  const texts = EXERCISE_TEXTS[language]
  const counts = EXERCISES.map(id => here.filter(({ current }) => current === id).length)
  const most = counts.indexOf(Math.max(...counts))
  return here.length === 0
    ? figure('–', texts.figures.most)
    : figure(String(most + 1), `${texts.figures.most} · ${texts.exercises[EXERCISES[most] ?? 'be-refused'].title}`)
}

function refusals ({ now, language }: ClassView, attendees: readonly Attendee[]): Markup {
  const byReason = new Map<string, { status: number, count: number, names: Set<string> }>()
  for (const { login, calls } of attendees) {
    for (const { granted, at, reason, status } of calls) {
      if (granted || now - at > RECENT_MS) continue
      const found = byReason.get(reason) ?? { status, count: 0, names: new Set() }
      byReason.set(reason, { status, count: found.count + 1, names: found.names.add(login) })
    }
  }
  const most = [...byReason].sort(([, one], [, other]) => other.count - one.count).slice(0, MOST_REFUSALS)
  if (most.length === 0) return html`<p>${EXERCISE_TEXTS[language].noRefusals}</p>`
  return html`<ul class="refused">${most.map(([reason, { status, count, names }]) => {
    const shown = `${[...names].slice(0, NAMES_SHOWN).join(', ')}${names.size > NAMES_SHOWN ? ' …' : ''}`
    return html`<li><strong>✕ ${status}</strong> ${reasonText(reason, language)} · ${count} × · ${shown}</li>`
  })}</ul>`
}

function table ({ language }: ClassView, attendees: readonly Attendee[], index: number): Markup {
  const texts = EXERCISE_TEXTS[language]
  const caption = `${texts.theClass}: ${attendees[0]?.login ?? ''} – ${attendees.at(-1)?.login ?? ''}`
  const headings = EXERCISES.map((id, place) =>
    html`<th scope="col"><span aria-hidden="true">${place + 1}</span><span class="unseen">${texts.exercises[id].title}</span></th>`)
  return html`<div tabindex="0" role="region" aria-labelledby="caption-${index}">
<table><caption class="unseen" id="caption-${index}">${caption}</caption>
<thead><tr><th scope="col">${texts.person}</th>${headings}</tr></thead>
<tbody>${attendees.map(one => html`<tr><th scope="row"><a href="/people/${one.login}?lang=${language}">${one.login}</a></th>${EXERCISES.map(id => {
    const state = stateOf(one, id)
    return html`<td><span class="cell ${state}"><span aria-hidden="true">${SYMBOLS[state]}</span><span class="unseen">${texts.cell[state]}</span></span></td>`
  })}</tr>
`)}</tbody></table></div>`
}

function stateOf ({ ticks, current, calls, stuck }: Attendee, id: ExerciseId): keyof typeof SYMBOLS {
  if (ticks[id] !== undefined) return 'done'
  if (current !== id || calls.length === 0) return 'open'
  return stuck ? 'stuck' : 'at-it'
}
