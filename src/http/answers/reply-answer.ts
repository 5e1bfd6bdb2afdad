// Maps the reply to a message to an HTTP answer, in one exhaustive switch.

import type { Scheme } from '../../auth/possession/possession.ts'
import type { Answer } from '../../mcp/message-reply.ts'
import { denialAnswer, type DenialAnswerOptions } from './denial-answer.ts'
import { faultAnswer } from './fault-answer.ts'
import { JSON_TYPE, type HttpAnswer } from './http-answer.ts'
import type { RejectionAnswers } from './rejection-answer.ts'

export interface ReplyAnswerOptions {
  readonly rejections: RejectionAnswers
  readonly denials: DenialAnswerOptions
}

const RESULT_HEADERS = { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } as const

/** @param used the scheme of the presented token */
export function replyAnswer ({ reply, id }: Answer, { rejections, denials }: ReplyAnswerOptions, used: Scheme | undefined): HttpAnswer {
  switch (reply.kind) {
    case 'accepted': return { status: 202, headers: {}, body: '' }
    case 'json': return { status: reply.status, headers: RESULT_HEADERS, body: reply.body }
    case 'denial': return denialAnswer(reply, id, denials, used)
    case 'rejection': return rejections.answer(reply.rejection, reply.scopes, used)
    case 'failure': return faultAnswer(reply.fault, id)
  }
}
