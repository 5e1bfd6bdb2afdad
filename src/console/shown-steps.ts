// The way of a request between the lanes: client, gateway, authorization server, tool. Made of the times that are known when it is
// decided; while it runs, of those so far.

import type { CallStep } from '../mcp/call-notes.ts'
import type { DecisionRecord } from '../mcp/decision-record.ts'
import type { EndedInquiry } from './inquiries.ts'
import type { Lane, ShownStep } from './shown-request.ts'
import { hundredths } from './shown-value.ts'

export interface NotedStep {
  readonly step: CallStep
  /** Milliseconds since the arrival. */
  readonly at: number
}

interface KnownMoments {
  readonly noted: readonly NotedStep[]
  readonly record: Readonly<DecisionRecord> | undefined
  readonly asked: readonly EndedInquiry[]
  readonly arrivedAtMs: number
}

/** In the order of time. */
export function shownSteps ({ noted, record, asked, arrivedAtMs }: KnownMoments): readonly ShownStep[] {
  const lane: Lane = noted.some(({ step }) => step === 'upstream-answered') ? 'upstream' : 'tool'
  const steps: ShownStep[] = [
    { at: 0, from: 'client', to: 'gateway', step: 'arrived' },
    ...asked.flatMap(inquiry => inquirySteps(inquiry, arrivedAtMs)),
    ...cacheStep(record, asked, arrivedAtMs),
    ...noted.flatMap(({ step, at }) => notedStep(step, hundredths(at), lane)),
    ...(record === undefined ? [] : endSteps(record, noted))
  ]
  // The sort is stable: what happened in one moment stays in this order.
  return steps.sort((one, other) => one.at - other.at)
}

function inquirySteps ({ endedAtMs, durationMs, live, outcome }: EndedInquiry, arrivedAtMs: number): readonly ShownStep[] {
  const end = endedAtMs - arrivedAtMs
  const begin = end - durationMs
  return [
    {
      at: hundredths(Math.max(0, begin)),
      from: 'gateway',
      to: 'authorization-server',
      step: 'asked',
      outcome: live ? 'live' : begin < 0 ? 'joined' : 'asked'
    },
    { at: hundredths(end), from: 'authorization-server', to: 'gateway', step: 'answered', outcome }
  ]
}

function cacheStep (
  record: Readonly<DecisionRecord> | undefined, asked: readonly EndedInquiry[], arrivedAtMs: number
): readonly ShownStep[] {
  if (record === undefined || asked.some(({ live }) => !live)) return []
  const { grant, rejection } = record
  if (grant === undefined && rejection?.kind !== 'invalid-token') return []
  const live = asked.length > 0
  const age = grant === undefined || live ? {} : { value: Math.max(0, Math.round(arrivedAtMs - grant.askedAtMonotonicMs)) }
  return [{ at: 0, from: 'gateway', to: 'gateway', step: 'cache', outcome: grant === undefined ? 'negative-hit' : 'hit', ...age }]
}

function notedStep (step: NotedStep['step'], at: number, lane: Lane): readonly ShownStep[] {
  switch (step) {
    case 'authenticated': return []
    case 'asks-again':
    case 'asks-decision-point': return []
    case 'tool-started': return [
      { at, from: 'gateway', to: 'gateway', step: 'decided', outcome: 'permitted' }, { at, from: 'gateway', to: lane, step: 'tool-started' }
    ]
    case 'tool-ended': return [{ at, from: lane, to: 'gateway', step: 'tool-ended' }]
    case 'upstream-answered': return [{ at, from: lane, to: 'gateway', step: 'tool-ended' }]
  }
}

function endSteps ({ reason, status, durationMs }: Readonly<DecisionRecord>, noted: readonly NotedStep[]): readonly ShownStep[] {
  const at = hundredths(durationMs)
  const ran = noted.some(({ step }) => step === 'tool-started')
  const decided: ShownStep = { at, from: 'gateway', to: 'gateway', step: 'decided', outcome: reason }
  return [...(ran ? [] : [decided]), { at, from: 'gateway', to: 'client', step: 'answer', value: status }]
}
