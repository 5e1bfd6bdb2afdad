// The authorization server of the measurements: node:http in the process of the load, so that no other process has to be woken (see
// load.ts); what a real authorization server costs is not the question. Every token is good; each number at the end of a token is another
// person, a token with `elements-N` carries so many authorization details, of which the last is enough, and one with `total` a total.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { claimsOfPerson, claimsUntil, ENOUGH } from './token-claims.ts'

const TOO_LITTLE = { ...ENOUGH, maxAmount: 1 }
const WITH_TOTAL = { ...ENOUGH, maxTotalAmount: Number.MAX_SAFE_INTEGER, budgetId: 'b-1' }
const claims = claimsUntil(Math.floor(Date.now() / 1000) + 86_400)
const body = JSON.stringify(claims)

/** Tokens that are used once have one of so many limits; of those that are kept each has its own. */
const COLD_LIMITS = 100

function answerAbout (form: string): string {
  const elements = /elements-(\d+)/.exec(form)?.[1]
  if (elements !== undefined) {
    return JSON.stringify({ ...claims, authorization_details: [...Array.from({ length: Number(elements) - 1 }, () => TOO_LITTLE), ENOUGH] })
  }
  if (form.includes('bench-total')) return JSON.stringify({ ...claims, authorization_details: [WITH_TOTAL] })
  const number = Number(/-(\d+)-0*$/.exec(form)?.[1])
  return Number.isNaN(number) ? body : JSON.stringify(claimsOfPerson(claims, number, form.includes('cold') ? number % COLD_LIMITS : number))
}

/** RFC 8693 section 2.2.1: with the details that were asked for, and no more. */
function exchangedToken (form: string): string {
  const details = new URLSearchParams(form).get('authorization_details')
  return JSON.stringify({
    access_token: 'bench-exchanged-token-of-forty-characters',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 3600,
    ...(details === null ? {} : { authorization_details: JSON.parse(details) as unknown })
  })
}

export interface StubAuthorizationServer {
  readonly origin: string
  readonly close: () => void
}

export async function startStubAuthorizationServer (): Promise<StubAuthorizationServer> {
  let introspections = 0
  const server = createServer((request, response) => {
    let form = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => { form += chunk })
    request.on('end', () => {
      const counting = request.url === '/count'
      // Without the self-test of the gateway.
      if (!counting && !form.includes('token=probe-')) introspections += 1
      const answer = counting ? String(introspections) : request.url === '/token' ? exchangedToken(form) : answerAbout(form)
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }).end(answer)
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close () {
      server.close()
      server.closeAllConnections()
    }
  }
}
