// The page of the lab: one form, no script. The person and the time are chosen once, and each switch has a button.

import type { Locale } from '../../kernel/locale.ts'
import type { Account } from '../accounts.ts'
import { html, type Markup } from '../../kernel/markup.ts'
import { renderPage, type Page } from '../pages/page.ts'
import { TEXTS } from '../pages/page-texts.ts'
import { LAB_TEXTS } from './lab-texts.ts'
import { HAPPENS_ONCE, SWITCHES, type ActiveSwitch, type SwitchId } from './switches.ts'
import { DURATIONS } from './wishes.ts'

export const LAB_PATH = '/lab'

interface LabView {
  readonly language: Locale
  readonly accounts: readonly Account[]
  readonly active: readonly ActiveSwitch[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** Proves that a posted form is ours. */
  readonly formToken: string
  readonly chosen: { readonly person: string, readonly duration: string }
  readonly message?: { readonly status: number, readonly text: string } | undefined
}

export function renderLabPage (view: LabView): Page {
  const { language, accounts, active, now, formToken, chosen, message } = view
  const texts = LAB_TEXTS[language]
  const nameOf = (subject: string | undefined) => accounts.find(one => one.subject === subject)?.loginId ?? texts.everybody
  return renderPage({
    status: message?.status ?? 200,
    language,
    title: texts.title,
    wide: true,
    otherLanguageHref: labHref(TEXTS[language].otherLanguage, chosen),
    body: html`<h1>${texts.title}</h1>
<p>${texts.purpose}</p>
<p class="soft">${texts.keptAnswers}</p>
${message !== undefined && html`<p class="${message.status === 200 ? 'soft' : 'alert'}" role="${message.status === 200 ? 'status' : 'alert'}">${message.text}</p>`}
<section aria-live="polite"><ul>${active.length === 0
  ? html`<li>${texts.nothingOn}</li>`
  : active.map(one => html`<li><strong>${texts.isOn(texts.switches[one.id].name, nameOf(one.subject), leftOf(one, now, language))}</strong></li>`)}</ul>
<p><a href="${labHref(language, chosen)}">${texts.refresh}</a></p></section>
<form method="post" action="${labHref(language, chosen)}">
<input type="hidden" name="formToken" value="${formToken}">
<div class="fields">
<div class="field"><label for="person">${texts.person}</label><select id="person" name="person">
${option('all', texts.everybody, chosen.person)}${accounts.map(({ loginId }) => option(loginId, loginId, chosen.person))}
</select></div>
<div class="field"><label for="duration">${texts.howLong}</label><select id="duration" name="duration">
${DURATIONS.map(duration => option(duration, texts.durations[duration], chosen.duration))}
</select></div>
</div>
<div class="buttons"><button type="submit" name="do" value="all-off">${texts.allOff}</button></div>
<div class="cards">${SWITCHES.map(id => switchCard(id, language, active.some(one => one.id === id)))}</div>
<section><h2>${texts.reset}</h2><p>${texts.resetMore}</p>
<div class="buttons"><button type="submit" name="do" value="reset">${texts.reset}</button></div></section>
</form>`
  })
}

export function labHref (language: Locale, { person, duration }: LabView['chosen']): string {
  return `${LAB_PATH}?${String(new URLSearchParams({ lang: language, person, duration }))}`
}

function switchCard (id: SwitchId, language: Locale, isOn: boolean): Markup {
  const texts = LAB_TEXTS[language]
  const { name, does, client, log } = texts.switches[id]
  const word = HAPPENS_ONCE.has(id) ? texts.doIt : isOn ? texts.off : texts.on
  return html`<section class="choice${isOn ? ' on' : ''}"><h2 id="switch-${id}">${isOn && '✕ '}${name}</h2>
<p>${does}</p>
<dl><dt>${texts.atClient}</dt><dd>${client}</dd><dt>${texts.inLog}</dt><dd>${log}</dd></dl>
<div class="buttons"><button type="submit" name="do" value="${isOn ? 'off' : 'on'} ${id}" aria-describedby="switch-${id}">${word}</button></div></section>
`
}

function leftOf ({ until, requestsLeft }: ActiveSwitch, now: number, language: Locale): string {
  const texts = LAB_TEXTS[language]
  if (requestsLeft !== undefined) return texts.requestsLeft(requestsLeft)
  return until === undefined ? texts.untilOff : texts.secondsLeft(Math.max(0, Math.ceil((until - now) / 1000)))
}

function option (value: string, text: string, chosen: string): Markup {
  return html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>
`
}
