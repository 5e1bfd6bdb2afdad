// How is a token carried around without ever being shown? Printing, inspecting or serialising one gives a placeholder.

import { hash } from 'node:crypto'
import { inspect } from 'node:util'

const PLACEHOLDER = '[token]'

export class PresentedToken {
  readonly #text: string
  #digest: string | undefined
  #key: { readonly kind: string, readonly text: string } | undefined

  constructor (text: string) {
    this.#text = text
  }

  /** The token itself: for the request to the authorization server, and for nothing else. */
  reveal (): string {
    return this.#text
  }

  /** SHA-256 of the token, base64url: what caches are keyed by. */
  get digest (): string {
    this.#digest ??= hash('sha256', this.#text, 'base64url')
    return this.#digest
  }

  /**
   * What this token is found by among what one of several keeps: the digest after `kind`, or the digest alone. The same text each
   * time, for as long as it is asked for one kind, since a map finds that by itself and would have to read another one.
   */
  keyFor (kind: string): string {
    if (kind === '') return this.digest
    if (this.#key?.kind !== kind) this.#key = { kind, text: kind + this.digest }
    return this.#key.text
  }

  /** The first characters of the digest: enough to follow one token through a log, too few to test guesses against. */
  get fingerprint (): string {
    return this.digest.slice(0, 10)
  }

  toString (): string { return PLACEHOLDER }
  toJSON (): string { return PLACEHOLDER }
  [inspect.custom] (): string { return PLACEHOLDER }
}
