// The fields of the custom limit: for each type that its JSON Schema describes, one field for each member.

import type { JsonObject } from '../../kernel/json.ts'
import type { Locale } from '../../kernel/locale.ts'
import { fieldName, standardElements, typesOnForm, type ConsentForm, type ConsentOffer } from '../consent.ts'
import { fieldsOf, shownValue, titleOf, type Field } from '../gateways/limit-fields.ts'
import { html, type Markup } from '../../kernel/markup.ts'
import { TEXTS } from './page-texts.ts'

/** @param form as it was posted, when something in it was wrong; else the fields have what was requested, or the example */
export function limitFields (offer: ConsentOffer, language: Locale, form: ConsentForm | undefined): Markup {
  const types = typesOnForm(offer)
  const start = [...offer.requested, ...standardElements(types)]
  return html`${types.map((facts, index) => {
    const element: JsonObject = start.find(({ type }) => type === facts.type) ?? {}
    const fields = fieldsOf(facts, language).map(field => {
      const name = fieldName(index, field.member)
      return oneField(name, field, form === undefined ? shownValue(field, element[field.member]) : form.typed(name), language)
    })
    return html`<div class="more" role="group" aria-label="${titleOf(facts, language)}"><p><strong>${titleOf(facts, language)}</strong></p>
<div class="fields">${fields}</div></div>`
  })}`
}

function oneField (name: string, field: Field, shown: readonly string[], language: Locale): Markup {
  const { optional, onEachLine } = TEXTS[language].gateway
  const notes = [...(field.kind === 'lines' ? [onEachLine] : []), ...(field.required ? [] : [optional])]
  const heading = html`${field.title}${notes.length > 0 && ` (${notes.join(TEXTS[language].listSeparator)})`}`
  const described = html`aria-describedby="${name}-about"`
  const about = html`<p class="soft" id="${name}-about">${field.description}</p>`
  if (field.kind === 'words') {
    return html`<div class="field wide" role="group" aria-labelledby="${name}-title" ${described}><strong class="soft" id="${name}-title">${heading}</strong>
<div class="words">${field.words.map(word => html`<label><input type="checkbox" name="${name}" value="${word}"${shown.includes(word) && html` checked`}> ${word}</label>`)}</div>${about}</div>`
  }
  const wide = field.kind === 'lines' || field.kind === 'json'
  return html`<div class="${wide ? 'field wide' : 'field'}"><label for="${name}">${heading}</label>${control(name, field, shown[0] ?? '', described, language)}${about}</div>`
}

function control (name: string, field: Field, shown: string, described: Markup, language: Locale): Markup {
  switch (field.kind) {
    case 'words':
    case 'word': {
      const words = field.kind === 'word' ? field.words : []
      const options = words.map(word => html`<option${word === shown && html` selected`}>${word}</option>`)
      return html`<select id="${name}" name="${name}" ${described}>
<option value="">${TEXTS[language].gateway.nothing}</option>${options}</select>`
    }
    case 'lines':
    case 'json': return html`<textarea id="${name}" name="${name}" ${described} autocomplete="off" spellcheck="false">\n${shown}</textarea>`
    case 'number': return html`<input type="text" inputmode="numeric" id="${name}" name="${name}" value="${shown}" ${described} autocomplete="off">`
    case 'date-time': return html`<input type="text" id="${name}" name="${name}" value="${shown}" ${described} autocomplete="off" placeholder="2030-12-31T23:59:59Z">`
    case 'text': return html`<input type="text" id="${name}" name="${name}" value="${shown}" ${described} autocomplete="off">`
  }
}
