// Rules about requests of web pages: foreign origins are refused, and CORS works for the others.

import { alike } from '../baseline.ts'
import { FOREIGN_ORIGIN, PREFLIGHT_HEADERS, type Observations } from '../observe.ts'
import { headerOf, show, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { judge, MCP, skip, skipAll, type Rule, type Verdict } from '../verdict.ts'

const CORS = 'https://fetch.spec.whatwg.org/#http-cors-protocol'

export const BROWSER_RULES = {
  'browser.foreign-origin': {
    level: 'error',
    title: 'A request from a foreign page is refused',
    source: `${MCP}/transports/streamable-http#security-&-endpoint`,
    remedy: 'Compare Origin with a list of exact origins and answer any other, null included, 403.'
  },
  'browser.origin-not-reflected': {
    level: 'error',
    title: 'A foreign origin may not read answers with credentials',
    source: CORS,
    remedy: 'Never copy Origin into Access-Control-Allow-Origin together with Access-Control-Allow-Credentials.'
  },
  'browser.preflight': {
    level: 'warning',
    title: 'A preflight needs no token',
    source: 'https://fetch.spec.whatwg.org/#cors-preflight-fetch',
    remedy: 'Answer OPTIONS before the token is checked: a browser sends none with it.'
  },
  'browser.preflight-allows': {
    level: 'warning',
    title: 'The preflight allows POST and the headers of MCP',
    source: 'https://fetch.spec.whatwg.org/#cors-preflight-fetch',
    remedy: `Allow POST, and the headers ${PREFLIGHT_HEADERS.join(', ')}.`
  },
  'browser.challenge-exposed': {
    level: 'warning',
    title: 'A page may read the challenge',
    source: 'https://fetch.spec.whatwg.org/#http-access-control-expose-headers',
    remedy: 'Add WWW-Authenticate to Access-Control-Expose-Headers; a client in a browser cannot see it otherwise.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof BROWSER_RULES
const CORS_RULES = ['browser.preflight', 'browser.preflight-allows', 'browser.challenge-exposed'] as const

type Seen = Pick<Observations, 'browser' | 'origin' | 'unauthenticated'>

interface Foreign {
  /** The same request without Origin. */
  readonly plain: Outcome
  readonly foreign: Outcome
  readonly null: Outcome
}

/** @param withToken the foreign requests with a good token, where there is one */
export function checkBrowser (observations: Seen, withToken?: Foreign): Verdict<Id>[] {
  const { browser, origin, unauthenticated: { 'tools/list': plain } } = observations
  const { foreign, null: opaque, friendly, preflight } = browser
  const allowed = headerOf(foreign, 'access-control-allow-origin')
  const reflected = allowed === FOREIGN_ORIGIN && headerOf(foreign, 'access-control-allow-credentials') === 'true'
  const served = [origin, '*'].includes(headerOf(friendly, 'access-control-allow-origin') ?? '')
  const cors = served
    ? judgeCors(friendly, preflight)
    : skipAll<Id>(CORS_RULES, `no CORS for ${show(origin)}; --origin names another origin`)
  return [
    judgeForeign(withToken ?? { plain, foreign, null: opaque }, withToken !== undefined),
    judge('browser.origin-not-reflected', !reflected, `Access-Control-Allow-Origin: ${show(allowed ?? 'not sent')}`),
    ...cors
  ]
}

/** Where a request without Origin is refused too, the refusal says nothing about the check of Origin. */
function judgeForeign ({ plain, foreign, null: opaque }: Foreign, authorized: boolean): Verdict<Id> {
  const rule = 'browser.foreign-origin'
  const seen = `${FOREIGN_ORIGIN}: ${showOutcome(foreign)}; null: ${showOutcome(opaque)}`
  const others = [foreign, opaque].filter(outcome => statusOf(outcome) !== 403)
  if (others.length > 0 && statusOf(plain) !== 200 && others.every(outcome => alike(outcome, plain))) {
    return skip(rule, authorized
      ? `tools/list without Origin: ${showOutcome(plain)}`
      : `${seen}; the token is checked first, so this needs --token-file`)
  }
  return judge(rule, others.length === 0, seen)
}

function judgeCors (friendly: Outcome, preflight: Outcome): Verdict<Id>[] {
  const answered = preflight.kind === 'reply' && preflight.status >= 200 && preflight.status < 300
  const methods = listOf(headerOf(preflight, 'access-control-allow-methods'))
  const headers = listOf(headerOf(preflight, 'access-control-allow-headers'))
  const missing = [
    ...(methods.includes('post') || methods.includes('*') ? [] : ['POST']),
    // The wildcard does not cover Authorization: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
    ...PREFLIGHT_HEADERS.filter(name => !headers.includes(name) && !(headers.includes('*') && name !== 'authorization'))
  ]
  const exposed = listOf(headerOf(friendly, 'access-control-expose-headers'))
  return [
    judge('browser.preflight', answered, showOutcome(preflight)),
    answered
      ? judge('browser.preflight-allows', missing.length === 0, missing.length === 0 ? 'all of them' : `not allowed: ${missing.join(', ')}`)
      : skip('browser.preflight-allows', 'the preflight was refused'),
    judge('browser.challenge-exposed', exposed.includes('www-authenticate'), `exposed: ${show(exposed.join(', ') || 'nothing')}`)
  ]
}

function listOf (value: string | undefined): string[] {
  return value === undefined ? [] : value.toLowerCase().split(',').map(item => item.trim()).filter(item => item !== '')
}
