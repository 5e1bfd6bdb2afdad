// Turns an authorization request into a grant with one page: the page is shown and posted, the password is checked, the decision
// becomes a grant, and the browser returns to the client.
// Against forged posts: the page's cookie is SameSite=Lax, bound to a path that cannot be guessed, and a foreign
// `Origin` is refused. There are no login sessions, so a logged-in person cannot be made to agree by a forged post.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { errors, Provider } from 'oidc-provider'
import type { Locale } from '../kernel/locale.ts'
import { findAccountByLogin, type Account } from './accounts.ts'
import { checkLimitChoice, issuedElements, readConsentForm, type ConsentMistake, type LimitChoice } from './consent.ts'
import type { Knowledge } from './gateways/known-resources.ts'
import { renderConsentPage, type ConsentQuestion } from './pages/consent-page.ts'
import { renderForeignPage, renderGatewayDownPage, renderLostPage } from './pages/error-page.ts'
import { visibleName } from '../kernel/foreign-text.ts'
import { chooseLanguage } from '../kernel/page-language.ts'
import { sendPage } from './pages/send-page.ts'
import { readPostedForm } from './posted-form.ts'
import { areLimitsNeeded } from './gateways/resource-facts.ts'
import { defaultScopesOf } from './registered-metadata.ts'
import { parseRequestedElement, typedElement } from './requested-element.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

export interface InteractionPage {
  /** Shows the page of an authorization request (GET), or takes the answer to it (POST). */
  readonly handle: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>
}

interface Parts {
  readonly provider: Provider
  readonly SessionNotFound: typeof errors.SessionNotFound
  readonly knowledge: Knowledge
  readonly accounts: readonly Account[]
  /** Why a resource cannot be asked. */
  readonly problemOf: (resource: string) => string | undefined
  readonly log: (line: string) => void
}

export function createInteractionPage ({ provider, SessionNotFound, knowledge, accounts, problemOf, log }: Parts): InteractionPage {
  async function find (request: IncomingMessage, response: ServerResponse, url: URL): Promise<Interaction | undefined> {
    try {
      const interaction = await provider.interactionDetails(request, response)
      return url.pathname.endsWith(`/${interaction.uid}`) ? interaction : undefined
    } catch (problem) {
      if (problem instanceof SessionNotFound) return undefined
      throw problem
    }
  }

  async function scopesOf (interaction: Interaction): Promise<readonly string[]> {
    const wished = words(interaction.params['scope'])
    const named = resourcesOf(interaction)
    const here = knowledge.scopes.filter(scope => named.length === 0 || named.some(one => knowledge.of(one)?.scopes.includes(scope)))
    const known = ['openid', ...here].filter(scope => wished.includes(scope))
    if (wished.length > 0) return known
    return defaultScopesOf(await provider.Client.find(String(interaction.params['client_id'])), here)
  }

  async function question (interaction: Interaction, request: IncomingMessage, url: URL): Promise<ConsentQuestion> {
    const { params } = interaction
    const clientId = String(params['client_id'])
    const resources = resourcesOf(interaction)
    const scopes = await scopesOf(interaction)
    const loginAlone = resources.length === 0 && scopes.every(scope => scope === 'openid') && scopes.length > 0
    const types = loginAlone ? [] : knowledge.typesAt(resources)
    const client = await provider.Client.find(clientId)
    const language = chooseLanguage({
      clicked: url.searchParams.get('lang'),
      uiLocales: params['ui_locales'],
      acceptLanguage: request.headers['accept-language']
    })
    const other: Locale = language === 'en' ? 'ja' : 'en'
    return {
      language,
      action: `${url.pathname}?lang=${language}`,
      otherLanguageHref: `${url.pathname}?lang=${other}`,
      clientName: visibleName(client?.clientName ?? '') || clientId,
      clientId,
      redirectUri: String(params['redirect_uri']),
      scopes,
      loginAlone,
      resources,
      resourceName: resources.map(resource => knowledge.of(resource)?.name ?? resource).join(', '),
      toolsOf: Object.assign({}, ...resources.map(resource => knowledge.of(resource)?.toolsOf)) as ConsentQuestion['toolsOf'],
      types,
      limitsNeeded: (resources.length > 0 ? resources : knowledge.resources).some(resource => {
        const facts = knowledge.of(resource)
        return facts === undefined || areLimitsNeeded(facts, scopes)
      }),
      requested: requestedOf(interaction, types)
    }
  }

  /** Nothing is left to ask the person for. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 */
  async function refuseScopes (interaction: Interaction, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const here = resourcesOf(interaction).flatMap(resource => knowledge.of(resource)?.scopes ?? [])
    const known = [...new Set(here.length > 0 ? here : knowledge.scopes)]
    log('authorization refused: invalid_scope')
    await provider.interactionFinished(request, response, {
      error: 'invalid_scope',
      error_description: `none of the requested scopes is known for this resource; known are: ${known.join(' ')}`
    }, { mergeWithLastSubmission: false })
  }

  async function answer (
    interaction: Interaction, asked: ConsentQuestion, request: IncomingMessage, response: ServerResponse
  ): Promise<void> {
    const { origin } = request.headers
    if (origin !== undefined && origin !== new URL(provider.issuer).origin) return sendPage(request, response, renderForeignPage(request))
    const posted = await readPostedForm(request)
    if (!posted.ok) {
      response.writeHead(posted.error === 'too-large' ? 413 : 415, { Connection: 'close' }).end()
      return
    }
    if (posted.value.has('denied')) {
      log(`denied: ${printable(asked.clientName)}`)
      return provider.interactionFinished(
        request, response, { error: 'access_denied', error_description: 'The person did not allow it' }, { mergeWithLastSubmission: false }
      )
    }
    const form = readConsentForm(posted.value, asked)
    if (!form.ok) return sendPage(request, response, renderConsentPage(asked, { mistakes: [form.error], form: undefined }))
    const again = (mistakes: readonly ConsentMistake[]) => {
      sendPage(request, response, renderConsentPage(asked, { form: form.value, mistakes }))
    }
    if (!posted.value.has('authorized')) return again(['no-decision'])
    const choice = checkLimitChoice(form.value, asked)
    const account = findAccountByLogin(form.value.loginId, form.value.password, accounts)
    if (account === undefined || !choice.ok) {
      return again([...(account === undefined ? ['credentials' as const] : []), ...(choice.ok ? [] : [choice.error])])
    }

    const grantId = await grant(interaction, account, asked, choice.value)
    log(`authorized: ${printable(asked.clientName)} by ${account.loginId}, limit ${choice.value.kind}`)
    await provider.interactionFinished(request, response, {
      login: { accountId: account.subject, amr: ['pwd'], remember: false },
      consent: { grantId }
    }, { mergeWithLastSubmission: false })
  }

  async function grant (
    interaction: Interaction, account: Account, asked: ConsentQuestion, choice: LimitChoice
  ): Promise<string> {
    const { clientId, scopes, resources } = asked
    const granted = new provider.Grant({ accountId: account.subject, clientId })
    if (scopes.length > 0) granted.addOIDCScope([...scopes])
    // Of another resource: rejected, because the library asks again about a scope that is not mentioned.
    const others = words(interaction.params['scope']).filter(scope => knowledge.scopes.includes(scope) && !scopes.includes(scope))
    if (others.length > 0) granted.rejectOIDCScope(others)
    for (const resource of resources) granted.addResourceScope(resource, scopes.filter(scope => scope !== 'openid'))
    for (const element of issuedElements(choice, asked)) granted.addRar(typedElement(element))
    if (words(interaction.params['scope']).length === 0) {
      interaction.params['scope'] = scopes.join(' ')
      await interaction.persist()
    }
    return granted.save()
  }

  return {
    async handle (request, response, url) {
      const interaction = await find(request, response, url)
      if (interaction === undefined) return sendPage(request, response, renderLostPage(request))
      const problem = resourcesOf(interaction).map(problemOf).find(one => one !== undefined)
      if (problem !== undefined) return sendPage(request, response, renderGatewayDownPage(request, problem))
      const asked = await question(interaction, request, url)
      if (asked.scopes.length === 0) return refuseScopes(interaction, request, response)
      if (request.method === 'POST') return answer(interaction, asked, request, response)
      sendPage(request, response, renderConsentPage(asked))
    }
  }
}

function words (text: unknown): readonly string[] {
  return typeof text === 'string' ? text.split(' ').filter(word => word !== '') : []
}

function resourcesOf ({ params: { resource } }: Interaction): readonly string[] {
  if (typeof resource === 'string') return [resource]
  return Array.isArray(resource) ? resource.filter(item => typeof item === 'string') : []
}

/** The parameter was parsed and checked when the request came in. */
function requestedOf (
  { params: { authorization_details: details } }: Interaction, types: ConsentQuestion['types']
): ConsentQuestion['requested'] {
  const elements: unknown = typeof details === 'string' ? JSON.parse(details) : []
  if (!Array.isArray(elements)) return []
  return elements.map(element => parseRequestedElement(types, element)).flatMap(parsed => parsed.ok ? [parsed.value] : [])
}

/** A client chooses its own name: it must not add lines to the log. */
function printable (name: string): string {
  return JSON.stringify(name.slice(0, 80))
}
