// The page of one person: what is done, the exercise that is next with its commands, and a hint that fits the last failure.

import { html, type Markup } from '../kernel/markup.ts'
import { madeUpToken, type Attendee } from './class-book.ts'
import { EXERCISES, type ExerciseId } from './exercise.ts'
import { commandsFor } from './exercise-commands.ts'
import { reasonText, renderFrame, timeText, type ClassView } from './exercise-page.ts'
import { EXERCISE_TEXTS } from './exercise-texts.ts'
import type { SeenCall } from './seen-call.ts'

const LAST_CALLS = 5

/** All names, for a person who has just come. */
export function renderNames (view: ClassView): string {
  const texts = EXERCISE_TEXTS[view.language]
  return renderFrame(view, {
    title: texts.mine,
    path: '/',
    of: '',
    body: html`<h1>${texts.mine}</h1><p>${texts.choose}</p><p class="soft">${texts.practice}</p>
<ul class="people">${view.book.attendees().map(({ login }) => html`<li><a href="/people/${login}?lang=${view.language}">${login}</a></li>`)}</ul>`
  })
}

export function renderAttendee (view: ClassView, attendee: Attendee): string {
  const { language } = view
  const texts = EXERCISE_TEXTS[language]
  const { login, current } = attendee
  const done = EXERCISES.length - EXERCISES.filter(id => attendee.ticks[id] === undefined).length
  return renderFrame(view, {
    title: `${login} · ${texts.mine}`,
    path: `/people/${login}`,
    of: login,
    body: html`<section class="card"><h1>${login}</h1>
<div id="progress" data-part role="status"><p>${done === EXERCISES.length ? texts.allDone : texts.progress(done, EXERCISES.length)}</p>
<progress max="${EXERCISES.length}" value="${done}" aria-label="${texts.progress(done, EXERCISES.length)}"></progress></div>
<details id="begin"${done === 0 && html` open`}><summary>${texts.commands}</summary>
<p>${texts.beforeCommands}</p>${copied('source-command', [sourceCommand(view)], view)}</details></section>
<ol class="exercises">${EXERCISES.map((id, index) => exerciseItem(view, attendee, id, index + 1, id === current))}</ol>
<section class="card" id="last" data-part><h2>${texts.last}</h2>${lastCalls(view, attendee.calls)}</section>`
  })
}

/** Quoted, because zsh takes a question mark for a pattern. */
function sourceCommand ({ origin, language }: ClassView): string {
  return `eval "$(curl -s '${origin}/workshop.sh?lang=${language}')"`
}

function exerciseItem (view: ClassView, attendee: Attendee, id: ExerciseId, number: number, isCurrent: boolean): Markup {
  const { language, addresses } = view
  const texts = EXERCISE_TEXTS[language]
  const { title, goal, inspector } = texts.exercises[id]
  const tick = attendee.ticks[id]
  const state = tick !== undefined ? 'done' : isCurrent ? 'at-it' : 'open'
  return html`<li id="exercise-${number}" data-part class="${state}"><span class="number" aria-hidden="true">${tick === undefined ? number : '✓'}</span>
<div><h2>${number}. ${title}${tick !== undefined && html`<span class="unseen"> · ${texts.cell.done}</span>`}</h2>
${tick !== undefined && html`<p class="soft">${texts.doneAt(timeText(tick.at, language))} · ${
  texts.requests(tick.numbers.map(one => `#${one}`).join(', '))}${id === 'revoke' && ` · ${texts.seconds(tick.seconds)}`}</p>`}
${tick === undefined && html`<p>${goal}</p>`}
${isCurrent && attendee.hint !== undefined && html`<p class="hint" role="status">! ${texts.hints[attendee.hint]}</p>`}
${tick === undefined && html`<details id="how-${number}"${isCurrent && html` open`}><summary>${texts.commands} / ${texts.withInspector}</summary>
${copied(`commands-${number}`, commandsFor(id, attendee.login, addresses), view)}
<h3>${texts.withInspector}</h3><p>${inspector}</p>${id === 'be-refused' && html`<pre>Bearer ${madeUpToken(attendee.login)}</pre>`}</details>`}
</div></li>
`
}

function copied (id: string, commands: readonly string[], { language }: ClassView): Markup {
  const texts = EXERCISE_TEXTS[language]
  return html`<pre id="${id}">${commands.join('\n')}</pre>
<p><button type="button" id="copy-${id}" data-copy="${id}" data-copied="${texts.copied}">${texts.copy}<span class="unseen"> ${
  commands[0]}</span></button></p>`
}

function lastCalls ({ language }: ClassView, calls: readonly SeenCall[]): Markup {
  const last = calls.slice(-LAST_CALLS).reverse()
  if (last.length === 0) return html`<p>${EXERCISE_TEXTS[language].nothingYet}</p>`
  return html`<ol class="last">${last.map(({ number, at, granted, status, tool, reason, remark }) => {
    const why = `${reasonText(reason, language)}${remark === '' ? '' : ` (${remark})`}`
    return html`<li>${granted ? '✓' : '✕'} ${status} · #${number} · ${timeText(at, language)} · ${tool ?? ''} ${why}</li>`
  })}</ol>`
}
