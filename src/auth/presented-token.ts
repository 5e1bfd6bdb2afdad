// An access token as a client presented it. Printing, inspecting or serialising the object gives a placeholder, so that no log
// line can contain the token.

import { hash } from 'node:crypto'
import { inspect } from 'node:util'

const PLACEHOLDER = '[token]'

export class PresentedToken {
  readonly #text: string
  #digest: string | undefined

  constructor (text: string) {
    this.#text = text
  }

  /** The token itself: for verification only. */
  reveal (): string {
    return this.#text
  }

  /** SHA-256 of the token, base64url: the cache key, and `ath` of a DPoP proof. */
  get digest (): string {
    this.#digest ??= hash('sha256', this.#text, 'base64url')
    return this.#digest
  }

  /**
   * The first ten characters of the digest, for logs. They would confirm a guess, but a token has too much entropy to be guessed
   * (RFC 6749 §10.10).
   */
  get fingerprint (): string {
    return this.digest.slice(0, 10)
  }

  toString (): string { return PLACEHOLDER }
  toJSON (): string { return PLACEHOLDER }
  [inspect.custom] (): string { return PLACEHOLDER }
}
