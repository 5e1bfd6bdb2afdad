// The page at `/`: what this server is for, who can log in, where the endpoints are.

import type { Locale } from '../../kernel/locale.ts'
import type { Account } from '../accounts.ts'
import { DETAILS_TYPES_PATH, ENDPOINTS, METADATA_PATH } from '../endpoints.ts'
import { breakable, html } from '../../kernel/markup.ts'
import { renderPage, type Page } from './page.ts'
import { TEXTS } from './page-texts.ts'

export function renderRootPage (
  issuer: string, resources: readonly string[], accounts: readonly Account[], language: Locale
): Page {
  const texts = TEXTS[language]
  const linked = [['metadata', METADATA_PATH], ['authorization details types', DETAILS_TYPES_PATH], ['jwks', ENDPOINTS.jwks]] as const
  const plain = Object.entries(ENDPOINTS).filter(([name]) => name !== 'jwks' && name !== 'userinfo')
  const nameOf = (name: string) => texts.endpointNames[name] ?? name.replaceAll('_', ' ')
  return renderPage({
    language,
    title: texts.rootTitle,
    otherLanguageHref: `/?lang=${texts.otherLanguage}`,
    body: html`<h1>${texts.rootTitle}</h1>
<p>${texts.rootPurpose} ${texts.rootForgets}</p>
<section><h2>${texts.accountsHeading}</h2>
<table><thead><tr><th scope="col">${texts.loginId}</th><th scope="col">${texts.password}</th><th scope="col">sub</th></tr></thead>
<tbody>${rowsOf(accounts).map(cells => html`<tr>${cells.map(cell => html`<td><code>${cell}</code></td>`)}</tr>`)}</tbody></table></section>
<section><h2>${texts.resourcesHeading}</h2><ul>${resources.map(resource => html`<li><code>${breakable(resource)}</code></li>`)}</ul></section>
<section><h2>${texts.endpointsHeading}</h2>
<table><tbody>
${linked.map(([name, path]) => html`<tr><th scope="row">${nameOf(name)}</th><td><a href="${path}"><code>${breakable(issuer + path)}</code></a></td></tr>`)}
${plain.map(([name, path]) => html`<tr><th scope="row">${nameOf(name)}</th><td><code>${breakable(issuer + path)}</code></td></tr>`)}
</tbody></table></section>`
  })
}

/** Those of a class are one row: each has its name as password and as `sub`. */
function rowsOf (accounts: readonly Account[]): ReadonlyArray<readonly string[]> {
  const isOfClass = ({ loginId, password, subject }: Account) => loginId === password && loginId === subject
  const ofClass = accounts.filter(isOfClass).map(({ loginId }) => loginId)
  const range = [...new Set([ofClass[0], ofClass.at(-1)])].join(' … ')
  return [
    ...accounts.filter(account => !isOfClass(account)).map(({ loginId, password, subject }) => [loginId, password, subject]),
    ...(ofClass.length === 0 ? [] : [[range, range, range]])
  ]
}
