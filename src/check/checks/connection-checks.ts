// Rules about the connection: the endpoint answers, in time, over TLS, without a redirect.

import type { Observations } from '../observe.ts'
import { headerOf, show, showOutcome } from '../outcome.ts'
import { judge, rfc, skip, type Rule, type Verdict } from '../verdict.ts'

export const CONNECTION_RULES = {
  'connection.answers': {
    level: 'error',
    title: 'The endpoint answers over HTTP',
    source: rfc(9110, '9.3.3'),
    remedy: 'Check the address, that the server runs, and that its certificate is trusted here (NODE_EXTRA_CA_CERTS).'
  },
  'connection.in-time': {
    level: 'error',
    title: 'The whole check was done in time',
    source: rfc(9110, '15.6.5'),
    remedy: 'Give it more time with --deadline-seconds, or find out why the server is slow. A rule that failed is not counted, because ' +
      'its request may not have been sent.'
  },
  'connection.encrypted': {
    level: 'error',
    title: 'The endpoint is reached over TLS, or on this machine',
    source: rfc(6750, '5.3'),
    remedy: 'Serve the endpoint over https: anyone who reads a bearer token on the network can use it.'
  },
  'connection.no-redirect': {
    level: 'warning',
    title: 'The endpoint does not redirect',
    source: rfc(9728, '3.3'),
    remedy: 'Publish the final address: clients that follow a redirect may drop the token, and the resource identifier no longer equals ' +
      'the address used.'
  }
} as const satisfies Record<string, Rule>

export function checkConnection (
  { target, unauthenticated: { initialize } }: Pick<Observations, 'target' | 'unauthenticated'>, inTime: boolean
): Verdict<keyof typeof CONNECTION_RULES>[] {
  const redirects = initialize.kind === 'reply' && initialize.status >= 300 && initialize.status < 400
  const encrypted = target.endpoint.protocol === 'https:'
  return [
    judge('connection.answers', initialize.kind === 'reply', showOutcome(initialize)),
    judge('connection.in-time', inTime, inTime ? 'yes' : 'the deadline was reached'),
    judge(
      'connection.encrypted', encrypted || target.loopback, encrypted ? 'https' : target.loopback ? 'http on loopback' : 'http off loopback'
    ),
    initialize.kind === 'none'
      ? skip('connection.no-redirect', 'there is no answer')
      : judge(
        'connection.no-redirect',
        !redirects,
        redirects ? `${showOutcome(initialize)} to ${show(headerOf(initialize, 'location') ?? 'nowhere')}` : showOutcome(initialize)
      )
  ]
}
