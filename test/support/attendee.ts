// An attendee of a workshop: logs in as a person does, calls tools, and remembers each request with the answer that it got, so that a test
// can compare them with what the console shows.

import type { JsonObject } from '../../src/kernel/json.ts'
import { madeUpToken } from '../../src/exercises/class-book.ts'
import {
  authorizationUrl, createPkce, openPage, redeemCode, registerClient, REDIRECT_URI, submitAndReturn, TUTORIAL_REGISTRATION
} from './practice-client.ts'

export interface WorkshopPlace {
  readonly tickets: string
  readonly files: string
  readonly issuer: string
  /** What the file server serves. */
  readonly folder: string
}

export interface MadeRequest {
  readonly tool: string | undefined
  readonly resource: string
  readonly status: number
  /** The first ten characters of the digest, as the gateway names a token. */
  readonly token: string | undefined
  readonly ms: number
}

const MOST_TRIES = 20
const READ = 'mcp:tickets:read'
const BOTH = 'mcp:tickets:read mcp:tickets:write'
const THREE_SEATS = { ticket_id: 1, seats: 3 }
const ONE_SEAT = { ticket_id: 1, seats: 1 }
const ENOUGH = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 15_000, currency: 'JPY' }]

export class WorkshopAttendee {
  readonly login: string
  readonly requests: MadeRequest[] = []
  /** What must be found nowhere. */
  readonly tokens: string[] = []
  readonly #place: WorkshopPlace
  readonly #fingerprint: (token: string) => string
  #clientId = ''

  constructor (login: string, place: WorkshopPlace, fingerprint: (token: string) => string) {
    this.login = login
    this.#place = place
    this.#fingerprint = fingerprint
  }

  async request (token: string | undefined, tool: string, parameters: JsonObject = {}, resource = this.#place.tickets): Promise<number> {
    const begun = performance.now()
    const response = await fetch(resource, {
      method: 'POST',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream'
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: parameters } })
    })
    await response.arrayBuffer()
    const { status } = response
    const own = token === undefined ? undefined : this.#fingerprint(token)
    this.requests.push({ tool: status === 401 ? undefined : tool, resource, status, token: own, ms: performance.now() - begun })
    return status
  }

  /** Registration, login, consent with the preselected limit, and the token. */
  async ask (scope: string, resource = this.#place.tickets, details?: readonly JsonObject[]): Promise<string> {
    const { issuer } = this.#place
    if (this.#clientId === '') {
      const { scope: _, ...registration } = TUTORIAL_REGISTRATION
      this.#clientId = (await registerClient(issuer, { ...registration, client_name: `curl of ${this.login}` })).client_id
    }
    const { verifier, challenge } = createPkce()
    const page = await openPage(authorizationUrl(issuer, this.#clientId, challenge, {
      scope, resource, redirect_uri: REDIRECT_URI, authorization_details: details === undefined ? undefined : JSON.stringify(details)
    }))
    const back = await submitAndReturn(page, { loginId: this.login, password: this.login, authorized: 'Authorize' })
    const reply = await redeemCode(issuer, this.#clientId, back.searchParams.get('code') ?? '', verifier, { resource })
    const token = reply.body['access_token']
    if (typeof token !== 'string') throw new Error(`${this.login} got no token: ${JSON.stringify(reply.body)}`)
    this.tokens.push(token)
    return token
  }

  async revoke (token: string): Promise<void> {
    await fetch(`${this.#place.issuer}/api/revoke`, { method: 'POST', body: new URLSearchParams({ token, client_id: this.#clientId }) })
  }

  /** Exercises 1 to 8 and 10, in their order. @param moment is waited for between two requests */
  async doExercises (moment: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    const { files, folder } = this.#place
    const does = async (token: string | undefined, tool: string, parameters?: JsonObject, resource?: string) => {
      await this.request(token, tool, parameters, resource)
      await moment()
    }
    await does(undefined, 'list_tickets')
    await does(madeUpToken(this.login), 'list_tickets')
    const reading = await this.ask(READ)
    await does(reading, 'list_tickets')
    await does(reading, 'list_tickets')
    await does(reading, 'reserve_ticket', ONE_SEAT)
    const writing = await this.ask(BOTH)
    await does(writing, 'reserve_ticket', ONE_SEAT)
    await does(writing, 'reserve_ticket', THREE_SEATS)
    await does(await this.ask(BOTH, undefined, ENOUGH), 'reserve_ticket', THREE_SEATS)
    const forFiles = await this.ask('files:read', files, [{ type: 'files', actions: ['read'], folders: [`${folder}/apollo`] }])
    await does(forFiles, 'files_read_text_file', { path: `${folder}/apollo/plan.txt` }, files)
    await does(forFiles, 'files_read_text_file', { path: `${folder}/zeus/secret.txt` }, files)
    await does(forFiles, 'list_tickets')
    const ends = await this.ask(BOTH)
    await does(ends, 'list_tickets')
    await does(ends, 'list_tickets')
    await this.revoke(ends)
    await does(ends, 'list_tickets')
    // Where a whole class revokes at once the gateway doubts the server, until it calls one token good.
    for (let tries = 0; await this.request(ends, 'reserve_ticket', ONE_SEAT) === 503 && tries < MOST_TRIES; tries += 1) {
      await does(await this.ask(BOTH), 'list_tickets')
    }
    await moment()
  }
}
