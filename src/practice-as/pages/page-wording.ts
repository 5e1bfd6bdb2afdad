// Which texts do the pages have? One member for each; page-texts.ts has them in each language.

import type { Locale } from '../../kernel/locale.ts'
import type { ConsentMistake, Limit } from '../consent.ts'

export interface Texts {
  readonly serverName: string
  readonly practiceNotice: string
  readonly otherLanguage: Locale
  readonly otherLanguageName: string
  /** What stands around the name of the client. */
  readonly consentTitle: readonly [before: string, after: string]
  /** Where a client asks who the person is, and for nothing else. */
  readonly loginTitle: readonly [before: string, after: string]
  readonly sentBackTo: string
  readonly clientId: string
  readonly scopesHeading: string
  readonly scopes: Readonly<Record<string, string>>
  readonly at: string
  readonly loginHeading: string
  readonly loginId: string
  readonly password: string
  readonly accountsHint: string
  readonly limitHeading: string
  readonly limits: Readonly<Record<Limit, { readonly title: string, readonly more?: string }>>
  readonly customAmount: string
  readonly customTotalAmount: string
  readonly authorize: string
  readonly deny: string
  readonly mistakes: Readonly<Record<ConsentMistake, string>>
  readonly bookAndCancel: string
  readonly book: string
  readonly cancel: string
  readonly perReservation: (amount: string) => string
  readonly inTotal: (amount: string) => string
  readonly onlyTickets: (ids: string, many: boolean) => string
  readonly noTicket: string
  readonly onlyAt: (locations: string) => string
  readonly fromBudget: (budget: string) => string
  readonly until: (time: string) => string
  readonly listSeparator: string
  readonly gateway: GatewayTexts
  readonly labelled: (label: string, text: string) => string
  readonly errorTitle: string
  readonly errorAdvice: string
  readonly unknownClientAdvice: string
  readonly notFoundTitle: string
  readonly notFoundAdvice: string
  readonly lostTitle: string
  readonly lostAdvice: string
  readonly foreignTitle: string
  readonly foreignAdvice: string
  readonly rootTitle: string
  readonly rootPurpose: string
  readonly rootForgets: string
  readonly accountsHeading: string
  readonly endpointsHeading: string
  /** Names of endpoints; one that is not here is shown by its name in the metadata. */
  readonly endpointNames: Readonly<Record<string, string>>
  readonly resourcesHeading: string
}

/** In place of what is about tickets, where a gateway has published its own words. */
interface GatewayTexts {
  readonly consentTitle: (resource: string) => readonly [before: string, after: string]
  readonly scopesHeading: string
  readonly toolsOf: (titles: string) => string
  readonly limitHeading: string
  readonly limits: Readonly<Record<Limit, { readonly title: string, readonly more?: string }>>
  readonly optional: string
  readonly onEachLine: string
  readonly nothing: string
  readonly downTitle: string
  readonly downAdvice: string
}
