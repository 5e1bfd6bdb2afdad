// Diagnoses the policy decision point of `policy.secondOpinion`: whether it can be asked, and accepts the credentials of the gateway. It
// is asked about a person and a tool that do not exist, so what it decides says nothing about any call.

import { randomBytes } from 'node:crypto'
import type { GatewayConfig } from '../config/schema.ts'
import type { UnavailabilityCause } from '../kernel/fault.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'

type SecondOpinion = NonNullable<GatewayConfig['policy']['secondOpinion']>

/** The answer to one evaluation about a person and a tool that do not exist. */
export type TriedEvaluation =
  | { readonly kind: 'decided', readonly decision: boolean }
  | { readonly kind: 'refused', readonly status: number }
  | { readonly kind: 'unusable', readonly problem: string }
  | { readonly kind: 'unavailable', readonly reason: UnavailabilityCause, readonly detail: string }

/** For a second attempt, to tell a slow decision point from one that is down. */
const SECOND_DEADLINE_MS = 15_000
const CHECK = 'second-opinion'
const URL_MEMBER = 'policy.secondOpinion.url'
const TOKEN_MEMBER = 'policy.secondOpinion.bearerToken (SECOND_OPINION_BEARER_TOKEN)'
const UNTIL_THEN = 'Until then no call is made: 503 GW_DECISION_POINT_UNAVAILABLE.'

/** @param ask sends one evaluation as the gateway would */
export async function diagnoseDecisionPoint (
  settings: SecondOpinion, ask: (settings: SecondOpinion) => Promise<TriedEvaluation>
): Promise<readonly Diagnosis[]> {
  const first = await ask(settings)
  if (!isLate(first)) return [diagnoseAnswer(settings, first), ...await diagnoseMadeUpCredentials(settings, first, ask)]
  const second = await ask({ ...settings, deadlineMs: Math.max(SECOND_DEADLINE_MS, settings.deadlineMs) })
  if (isLate(second)) return [diagnoseAnswer(settings, second)]
  const slow = warning(
    `${CHECK}.speed`,
    `the first answer took longer than the ${settings.deadlineMs} ms of policy.secondOpinion.deadlineMs`,
    'The call is not made whenever this happens. Find out what is slow, or allow more time.'
  )
  return [diagnoseAnswer(settings, second), slow]
}

function isLate (answer: TriedEvaluation): boolean {
  return answer.kind === 'unavailable' && answer.reason === 'timeout'
}

function diagnoseAnswer (settings: SecondOpinion, answer: TriedEvaluation): Diagnosis {
  switch (answer.kind) {
    case 'decided': return answer.decision
      ? warning(
        CHECK,
        'the decision point permits a call of a tool that does not exist, by a person who does not exist',
        'Leave it if its rules permit what no rule forbids. Otherwise its rules are not loaded, or a stub answers there.'
      )
      : good(CHECK, 'the decision point answers, and refuses a person and a tool that do not exist')
    case 'refused': {
      const { status } = answer
      return problem(CHECK, `the decision point answered with HTTP status ${status}`, remedyOfStatus(settings, status))
    }
    case 'unusable': return problem(
      CHECK, `the decision point answered unusably: ${answer.problem}`, `${ADDRESS} ${FORM} ${UNTIL_THEN}`
    )
    case 'unavailable': return problem(
      CHECK, `the decision point could not be asked: ${answer.detail} (${answer.reason})`, `${remedyOf(answer.reason)} ${UNTIL_THEN}`
    )
  }
}

const ADDRESS = `Check ${URL_MEMBER}: it is the evaluation endpoint itself, often /access/v1/evaluation.`
const FORM = 'docs/second-opinion.md shows the question and the answers that are understood.'

function remedyOfStatus ({ bearerToken }: SecondOpinion, status: number): string {
  if (status === 401 || status === 403) {
    return bearerToken === undefined
      ? `It asks for credentials: set ${TOKEN_MEMBER}. ${UNTIL_THEN}`
      : `It rejects the credentials of this gateway: compare ${TOKEN_MEMBER} with what is registered there. ${UNTIL_THEN}`
  }
  if (status === 400 || status === 422) return `It does not take the form of the question. ${FORM} ${UNTIL_THEN}`
  if (status >= 300 && status < 400) return `A redirect is never followed. ${ADDRESS} ${UNTIL_THEN}`
  return status >= 500 ? `Look into its log. ${UNTIL_THEN}` : `${ADDRESS} ${UNTIL_THEN}`
}

function remedyOf (reason: UnavailabilityCause): string {
  if (reason === 'timeout') return 'It may be overloaded, or a firewall may be dropping packets.'
  if (reason === 'unreachable') {
    return `Check that it runs, that the host of ${URL_MEMBER} resolves, that it speaks https there if the address says so, and that its ` +
      'certificate is trusted here (NODE_EXTRA_CA_CERTS).'
  }
  return reason === 'connection-dropped'
    ? 'It closed the connection twice without a complete reply. Perhaps it expects https where the address says http.'
    : ADDRESS
}

/** Whether it looks at the credentials at all; nothing is compared where none are configured. */
async function diagnoseMadeUpCredentials (
  settings: SecondOpinion, own: TriedEvaluation, ask: (settings: SecondOpinion) => Promise<TriedEvaluation>
): Promise<readonly Diagnosis[]> {
  const check = `${CHECK}.wrong-credentials`
  if (settings.bearerToken === undefined || own.kind !== 'decided') return []
  const answer = await ask({ ...settings, bearerToken: `made-up-${randomBytes(24).toString('base64url')}` })
  if (answer.kind === 'decided') {
    return [warning(
      check,
      'not told apart: made-up credentials get an answer too',
      'Every program that can reach the decision point can ask it about people. Check that it authenticates those who ask.'
    )]
  }
  const isRefusal = answer.kind === 'refused' && (answer.status === 401 || answer.status === 403)
  return [isRefusal ? good(check, 'refused, as they should be') : unknown(check, 'unclear: the second question was not answered')]
}
