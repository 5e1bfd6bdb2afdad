// The way of a request between the lanes. An ordered list of sentences with both ends for a screen reader and a narrow window; drawn as
// arrows where there is room.

import { h, type ComponentChild } from 'preact'
import type { Lane, ShownRequest, ShownStep } from '../shown-request.ts'
import type { Page } from './drawing.ts'
import { millisecondsText, outcomeText, verdictOf } from './shown-words.ts'

const PLACES: Readonly<Record<Lane, number>> = { client: 0, gateway: 1, 'authorization-server': 2, tool: 3, upstream: 3 }

export function laneDiagram ({ words, look: { language } }: Page, request: ShownRequest): ComponentChild {
  const last: Lane = request.steps.some(({ from, to }) => from === 'upstream' || to === 'upstream') ? 'upstream' : 'tool'
  const lanes: readonly Lane[] = ['client', 'gateway', 'authorization-server', last]

  function step (shown: ShownStep): ComponentChild {
    const own = shown.from === shown.to
    const [from, to] = [PLACES[shown.from], PLACES[shown.to]]
    const outcome = shown.outcome === undefined
      ? ''
      : shown.step === 'decided' && shown.outcome === request.reason
        ? verdictOf(request, words, language)
        : outcomeText(shown.outcome, words)
    const value = shown.value === undefined || shown.value === null
      ? ''
      : shown.step === 'cache' && typeof shown.value === 'number' ? millisecondsText(shown.value, language) : String(shown.value)
    const where = own ? words.lanes[shown.from] : `${words.lanes[shown.from]} → ${words.lanes[shown.to]}`
    return h('li', null,
      h('span', { class: 'at' }, `${shown.at} ms`),
      h('span', { class: own ? `box at-${from} ${isRefusal(shown) ? 'refused' : ''}` : arrow(from, to) },
        h('span', { class: 'where' }, `${where}: `),
        h('span', { class: 'what' }, words.steps[shown.step]),
        ' ',
        h('span', { class: 'value' }, [outcome, value].filter(Boolean).join(' · '))))
  }

  return h('section', { class: 'card', 'aria-labelledby': 'steps-heading' },
    h('h3', { id: 'steps-heading' }, words.headings.steps),
    h('div', { class: 'lanes' },
      h('div', { class: 'lane-heads', 'aria-hidden': 'true' },
        h('span', null), lanes.map(lane => h('span', { class: lane }, words.lanes[lane]))),
      h('ol', null, request.steps.map(step))))
}

function isRefusal ({ step, outcome }: ShownStep): boolean {
  return outcome === 'negative-hit' || (step === 'decided' && outcome !== 'permitted' && outcome !== 'authenticated')
}

function arrow (from: number, to: number): string {
  return `arrow span-${Math.min(from, to)}-${Math.max(from, to)} ${to > from ? 'right' : 'left'}`
}
