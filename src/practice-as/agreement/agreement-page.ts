// The page at which a person raises the limits of a token that a client has already: the same token is then worth more at the next
// introspection. The gateway gives the address (MCP URL elicitation); the one who logs in here must be the one whose token it is.
// Against forged posts: every post needs the password, and a foreign `Origin` is refused.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AdapterFactory, Provider } from 'oidc-provider'
import { visibleName } from '../../kernel/foreign-text.ts'
import { chooseLanguage } from '../../kernel/page-language.ts'
import { findAccountByLogin, type Account } from '../accounts.ts'
import { AGREEMENT_PATH } from '../endpoints.ts'
import type { Knowledge } from '../gateways/known-resources.ts'
import { renderForeignPage } from '../pages/error-page.ts'
import { renderAgreementDone, renderAgreementPage, renderNoAgreement, type AgreementQuestion } from '../pages/agreement-markup.ts'
import { sendPage } from '../pages/send-page.ts'
import { readPostedForm } from '../posted-form.ts'
import { issuedElement, parseRequestedElement, typedElement } from '../requested-element.ts'
import type { StoredToken, TokenIndex } from './token-index.ts'

interface Parts {
  readonly provider: () => Provider
  readonly knowledge: () => Knowledge
  readonly index: TokenIndex
  readonly storage: AdapterFactory
  readonly accounts: readonly Account[]
  readonly nowSeconds: () => number
  readonly log: (line: string) => void
}

export interface AgreementPage {
  /** @returns false for another path */
  readonly answer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>
}

interface Asked {
  readonly token: StoredToken
  readonly question: AgreementQuestion
}

const MAX_ELEMENTS = 8

export function createAgreementPage ({ provider, knowledge, index, storage, accounts, nowSeconds, log }: Parts): AgreementPage {
  async function read (request: IncomingMessage, url: URL): Promise<Asked | undefined> {
    const { searchParams } = url
    const token = await index.find(searchParams.get('token_hash') ?? '')
    const resource = searchParams.get('resource') ?? ''
    if (token === undefined || ![token.payload.aud].flat().includes(resource)) return undefined
    const types = knowledge().typesAt([resource])
    const parsed = elementsIn(searchParams.get('authorization_details')).map(element => parseRequestedElement(types, element))
    const elements = parsed.flatMap(one => one.ok ? [one.value] : [])
    if (elements.length === 0 || elements.length !== parsed.length) return undefined
    const clientId = token.payload.clientId ?? ''
    const client = await provider().Client.find(clientId).catch(() => undefined)
    const language = chooseLanguage({ clicked: searchParams.get('lang'), acceptLanguage: request.headers['accept-language'] })
    return { token, question: { language, url, clientName: visibleName(client?.clientName ?? '') || clientId, elements, types } }
  }

  async function raise ({ id, payload }: StoredToken, { elements, types }: AgreementQuestion): Promise<void> {
    const issued = elements.map(element => typedElement(issuedElement(types, element)))
    const before = Array.isArray(payload['rar']) ? payload['rar'] : []
    await storage('AccessToken').upsert(id, { ...payload, rar: [...before, ...issued] }, Math.max(1, (payload.exp ?? 0) - nowSeconds()))
    const grant = payload.grantId === undefined ? undefined : await provider().Grant.find(payload.grantId)
    if (grant === undefined) return
    // For the token after a refresh.
    for (const element of issued) grant.addRar(element)
    await grant.save()
  }

  async function post (request: IncomingMessage, response: ServerResponse, { token, question }: Asked): Promise<void> {
    const { origin } = request.headers
    if (origin !== undefined && origin !== new URL(provider().issuer).origin) return sendPage(request, response, renderForeignPage(request))
    const posted = await readPostedForm(request)
    if (!posted.ok) {
      response.writeHead(posted.error === 'too-large' ? 413 : 415, { Connection: 'close' }).end()
      return
    }
    const name = JSON.stringify(question.clientName.slice(0, 80))
    if (posted.value.has('denied')) {
      log(`not agreed: ${name}`)
      return sendPage(request, response, renderAgreementDone(question, false))
    }
    const loginId = posted.value.get('loginId') ?? ''
    const account = findAccountByLogin(loginId, posted.value.get('password') ?? '', accounts)
    const mistake = !posted.value.has('authorized')
      ? 'no-decision'
      : account === undefined ? 'credentials' : account.subject !== token.payload.accountId ? 'not-yours' : undefined
    if (mistake !== undefined) return sendPage(request, response, renderAgreementPage(question, { mistake, loginId }))
    await raise(token, question)
    log(`agreed: ${name}, ${question.elements.length} more`)
    sendPage(request, response, renderAgreementDone(question, true))
  }

  return {
    async answer (request, response, url) {
      if (url.pathname !== AGREEMENT_PATH) return false
      if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) {
        response.writeHead(405, { Allow: 'GET, HEAD, POST' }).end()
        return true
      }
      const asked = await read(request, url)
      if (asked === undefined) sendPage(request, response, renderNoAgreement(request))
      else if (request.method === 'POST') await post(request, response, asked)
      else sendPage(request, response, renderAgreementPage(asked.question))
      return true
    }
  }
}

function elementsIn (text: string | null): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return Array.isArray(value) && value.length <= MAX_ELEMENTS ? value : []
  } catch {
    return []
  }
}
