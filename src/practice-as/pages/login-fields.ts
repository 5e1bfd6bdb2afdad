// The two fields of a login, the same on every page of the practice server that asks for one.

import { html, type Markup } from '../../kernel/markup.ts'

export interface LoginFieldTexts {
  readonly loginId: string
  readonly password: string
}

export interface LoginFieldState {
  /** What was typed before. */
  readonly loginId?: string
  /** The field with the cursor when the page opens; it may be another one. */
  readonly focused?: string | undefined
  /** Further attributes of both, each with a blank before it. */
  readonly attributes?: Markup | false
}

export function loginFields (texts: LoginFieldTexts, { loginId = '', focused, attributes = false }: LoginFieldState = {}): Markup {
  const focus = (name: 'loginId' | 'password') => html`${focused === name && html` autofocus`}${attributes}`
  return html`<div class="field"><label for="loginId">${texts.loginId}</label><input type="text" id="loginId" name="loginId"
 value="${loginId}" required autocomplete="username" autocapitalize="none" spellcheck="false"${focus('loginId')}></div>
<div class="field"><label for="password">${texts.password}</label><input type="password" id="password" name="password"
 required autocomplete="current-password"${focus('password')}></div>`
}
