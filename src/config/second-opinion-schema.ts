// The part of the configuration schema about a policy decision point that is asked for a second opinion.

import { isEndpoint } from './address-syntax.ts'
import { flag, group, text, wholeNumber } from './members.ts'
import { isSecret } from './placeholder.ts'

export const secondOpinion = group({
  url: text('an absolute http or https URL without a fragment', isEndpoint)
    .describe('The evaluation endpoint of a policy decision point (AuthZEN Authorization API 1.0), such as ' +
      '`https://pdp.internal/access/v1/evaluation`. https, unless it is on loopback.'),
  deadlineMs: wholeNumber({ from: 50, to: 30_000, unit: 'milliseconds', byDefault: 1000 })
    .describe('Milliseconds for one whole evaluation. Without an answer by then the call is not made: 503 ' +
      '`GW_DECISION_POINT_UNAVAILABLE`.'),
  bearerToken: text('a secret that is not a placeholder', isSecret).exactOptional()
    .describe('What the gateway authenticates with at the decision point. Never a token of a client. Better set in the environment than ' +
      'in a file.'),
  sendArguments: flag().default(false)
    .describe('Whether the arguments of the call are sent too, as `resource.properties.arguments`. They may hold personal data.')
}).describe('A policy decision point that is asked about each call which this gateway permits. It may only refuse ' +
  '([second opinion](second-opinion.md)). Absent: none is asked.')
