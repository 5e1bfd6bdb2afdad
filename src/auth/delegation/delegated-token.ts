// An access token that the gateway obtained for another server, on behalf of a person. Printing, inspecting or serialising the object
// gives a placeholder, as with the token of a client.

import { inspect } from 'node:util'

const PLACEHOLDER = '[delegated token]'

export class DelegatedToken {
  readonly #text: string
  readonly #bearer: string

  constructor (text: string) {
    this.#text = text
    this.#bearer = `Bearer ${text}`
  }

  /** The token itself: for the one server that it was issued for. */
  reveal (): string {
    return this.#text
  }

  /** The token as it is sent with each call, made once. */
  bearer (): string {
    return this.#bearer
  }

  toString (): string { return PLACEHOLDER }
  toJSON (): string { return PLACEHOLDER }
  [inspect.custom] (): string { return PLACEHOLDER }
}
