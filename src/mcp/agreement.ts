// An address at which the person can agree to what a call needs: URL elicitation in a multi round-trip request, case 1 of MCP SEP-2643. The
// page belongs to the authorization server and raises the limits of the token that the client has already; nothing is granted here, and
// the retry is decided by a live answer about that token (https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation).

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { VerifiedGrant } from '../auth/grant.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { Clock } from '../kernel/clock.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import type { Locale } from '../kernel/locale.ts'
import { createAgreementWait, type AgreementWait } from './agreement-wait.ts'
import { META } from './protocol.ts'

export interface AgreementOptions {
  /** By issuer. */
  readonly pages: ReadonlyMap<string, string>
  readonly resource: string
  /** Protects the state of a request, and nothing else. */
  readonly key: Uint8Array
  readonly locale: Locale
  /** How long a retry waits for the person; 0: not at all. */
  readonly waitMs: number
  readonly clock: Clock
}

/** What the client says about the page it was given. `none`: it says nothing, or something that is no answer. */
export interface AgreementAnswer {
  readonly round: number
  readonly action: 'accept' | 'decline' | 'cancel' | 'none'
}

interface AskedCall {
  readonly tool: string
  readonly params: JsonObject
  readonly grant: VerifiedGrant
}

export interface Agreement {
  /** While a person reads the page. */
  readonly wait: AgreementWait
  /**
   * Members of an InputRequiredResult; `undefined`: the client can show no page, or there is none for this person.
   * @param details the smallest ones that would allow the call
   */
  readonly ask: (details: readonly JsonObject[], call: AskedCall, answered: AgreementAnswer | undefined) => JsonObject | undefined
  /** Of a retry; `undefined` where the state is not one that was given for this very call, which then counts as a first one. */
  readonly answerIn: (call: AskedCall) => AgreementAnswer | undefined
}

const NAME = 'agreement'
/** A client may answer before the person has read the page; then the page is named again. */
const MAX_ROUNDS = 5
const STATE_SECONDS = 900
/** Longer addresses do not open everywhere. */
const MAX_URL = 4000
const STATE = /^([1-9]\d?)\.(\d{10,12})\.([\w-]{43})$/

const MESSAGE: Readonly<Record<Locale, string>> = {
  en: 'This call needs more than the limit that you agreed to. Read the page, agree or do not agree, and then continue here.',
  ja: 'この操作は、許可済みの上限を超えています。ページを開いて内容を確認し、許可するかどうかを決めてから、ここに戻って続けてください。'
}

export function createAgreement ({ pages, resource, key, locale, waitMs, clock }: AgreementOptions): Agreement {
  function macOf ({ tool, params, grant }: AskedCall, round: number, until: number): string {
    const bound = [grant.tokenFingerprint, tool, params['arguments'] ?? {}, round, until]
    return createHmac('sha256', key).update(canonicalJson(bound)).digest('base64url')
  }

  return {
    wait: createAgreementWait({ waitMs, clock }),
    ask (details, call, answered) {
      const { grant: { person, tokenFingerprint }, params } = call
      const page = person.kind === 'client' ? undefined : pages.get(person.issuer)
      const round = (answered?.round ?? 0) + 1
      if (page === undefined || round > MAX_ROUNDS || !showsPages(params['_meta'])) return undefined
      const url = new URL(page)
      url.searchParams.set('token_hash', tokenFingerprint)
      url.searchParams.set('resource', resource)
      url.searchParams.set('authorization_details', JSON.stringify(details))
      if (url.href.length > MAX_URL) return undefined
      const until = Math.floor(clock.now() / 1000) + STATE_SECONDS
      return {
        inputRequests: { [NAME]: { method: 'elicitation/create', params: { mode: 'url', url: url.href, message: MESSAGE[locale] } } },
        requestState: `${round}.${until}.${macOf(call, round, until)}`
      }
    },
    answerIn (call) {
      const { params } = call
      const [, round, until, mac = ''] = STATE.exec(typeof params['requestState'] === 'string' ? params['requestState'] : '') ?? []
      if (round === undefined || clock.now() >= Number(until) * 1000) return undefined
      if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(call, Number(round), Number(until))))) return undefined
      return { round: Number(round), action: actionIn(params['inputResponses']) }
    }
  }
}

/** A client must declare that it shows pages, on this very request. */
function showsPages (meta: unknown): boolean {
  const capabilities = isJsonObject(meta) ? meta[META.clientCapabilities] : undefined
  const elicitation = isJsonObject(capabilities) ? capabilities['elicitation'] : undefined
  return isJsonObject(elicitation) && isJsonObject(elicitation['url'])
}

function actionIn (responses: unknown): AgreementAnswer['action'] {
  const response = isJsonObject(responses) ? responses[NAME] : undefined
  const action = isJsonObject(response) ? response['action'] : undefined
  return action === 'accept' || action === 'decline' || action === 'cancel' ? action : 'none'
}
