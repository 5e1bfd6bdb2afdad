// The grammar of an OAuth scope (RFC 6749 §3.3): printable ASCII without blank, quote and backslash; tokens between blanks.

const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const SCOPE_LIST = /^[\x21\x23-\x5b\x5d-\x7e ]*$/

/** One scope, such as `invoices:read`. @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
export function isScopeToken (text: string): boolean {
  return SCOPE_TOKEN.test(text)
}

/** The value of a `scope` member: any number of scopes, however many blanks stand between them. */
export function isScopeList (text: string): boolean {
  return SCOPE_LIST.test(text)
}
