// The messages of one refusal and its remedy, as docs/rich-authorization.md shows them: a gateway, a practice server and a client in
// this process. Tokens, ids and dates, which differ from run to run, are replaced by placeholders.

import { Writable } from 'node:stream'
import type { LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import {
  authorizationUrl, createPkce, openPage, redeemCode, registerClient, RESOURCE, submitAndReturn
} from '../../test/support/practice-client.ts'

/** Markdown, by the name of its section. */
export type RemediationWalk = ReadonlyMap<string, string>

type Line = Readonly<Record<string, unknown>>

interface Receipt {
  readonly result: { readonly structuredContent: { readonly reservation: { readonly reservation_date: string } } }
}

const CONTEXT_ID = 'io.modelcontextprotocol/authorization-context-id'
const PERSON = { loginId: 'inga', password: 'inga', authorized: 'Authorize' }

export async function walkRemediation (): Promise<RemediationWalk> {
  const practice = await createPracticeServer({ resources: [RESOURCE] })
  const lines: Line[] = []
  const sink = new Writable({ write (chunk: Buffer, _encoding, done) { lines.push(JSON.parse(chunk.toString()) as Line); done() } })
  const app = await createApp({
    settings: fixedSettings(parseConfig({
      resource: { identifier: RESOURCE },
      authorizationServer: {
        issuer: practice.issuer,
        introspection: { clientId: practice.introspectionClient.id, clientSecret: practice.introspectionClient.secret }
      },
      policy: { remediation: 'draft', referenceSecret: 'of-this-document-alone-7d3f9a21c5e8' },
      storage: { url: 'sqlite::memory:' }
    })),
    logger: pino({ base: null, timestamp: false }, sink),
    version: '0.0.0',
    openService: openTicketService
  })
  const known = new Placeholders()
  known.name('http://localhost:9000', practice.issuer)
  const post = (token: string, body: object): Promise<LightMyRequestResponse> => app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    payload: JSON.stringify(body)
  })
  const call = (id: number, args: object, meta: object = {}) => {
    return { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'reserve_ticket', arguments: args, ...meta } }
  }

  try {
    const { client_id: clientId } = await registerClient(practice.issuer)
    known.name('CLIENT_ID', clientId)
    const { body: { access_token: small } } = await authorize(practice.issuer, clientId, undefined)
    known.name('ACCESS_TOKEN_1', String(small))
    const wanted = { ticket_id: 2, seats: 2 }
    const refused = await post(String(small), call(1, wanted))
    const remediation = readRefusal(refused)

    const { url, challenge, html, body } = await authorize(practice.issuer, clientId, remediation.authorization_details)
    known.name('CODE_CHALLENGE', challenge)
    const { access_token: large, authorization_details: granted, token_type: type, scope } = body
    known.name('ACCESS_TOKEN_2', String(large))
    for (const { budgetId } of granted as ReadonlyArray<{ budgetId: string }>) known.name('BUDGET_ID', budgetId)

    const retry = call(2, wanted, { _meta: { [CONTEXT_ID]: remediation.authorization_reference } })
    const made = await post(String(large), retry)
    known.name('RESERVATION_DATE', made.json<Receipt>().result.structuredContent.reservation.reservation_date)
    const decisions = lines.filter(({ event }) => event === 'decision')
    decisions.forEach(({ tokenHash }, index) => known.name(`TOKEN_HASH_${index + 1}`, String(tokenHash)))

    return new Map([
      ['refusal', request('ACCESS_TOKEN_1', call(1, wanted)) + answer(refused, ['www-authenticate', 'cache-control'])],
      ['remediation', fence('json', pretty(remediation))],
      ['authorization-request', fence('text', parametersOf(url))],
      ['consent', fence('text', requestedLimit(html))],
      ['token', fence('json', pretty({ access_token: large, token_type: type, scope, authorization_details: granted }))],
      ['retry', request('ACCESS_TOKEN_2', retry) + answer(made, ['cache-control'])],
      ['log', fence('json', decisions.map(line => JSON.stringify(withoutTimes(line), null, 2)).join('\n'))]
    ].map(([name = '', text = '']) => [name, known.hide(text)]))
  } finally {
    await app.close()
    await practice.close()
  }
}

/** The person agrees to what the page preselects: what was asked for, or the standard limit of 10,000 yen. */
async function authorize (issuer: string, clientId: string, details: unknown) {
  const { verifier, challenge } = createPkce()
  const requested = details === undefined ? undefined : JSON.stringify(details)
  const url = authorizationUrl(issuer, clientId, challenge, { authorization_details: requested })
  const page = await openPage(url)
  const back = await submitAndReturn(page, PERSON)
  const { body } = await redeemCode(issuer, clientId, String(back.searchParams.get('code')), verifier)
  return { url, challenge, html: page.html, body }
}

/** Texts that differ from run to run, and what stands for them. */
class Placeholders {
  readonly #names = new Map<string, string>()

  name (placeholder: string, text: string): void {
    this.#names.set(text, placeholder)
  }

  hide (text: string): string {
    let hidden = text
    for (const [real, placeholder] of this.#names) hidden = hidden.replaceAll(real, placeholder)
    return hidden
  }
}

interface Remediation { readonly authorization_details: unknown, readonly authorization_reference: string }

function readRefusal (refused: LightMyRequestResponse): Remediation {
  const encoded = /authorization_remediation="([^"]+)"/.exec(String(refused.headers['www-authenticate']))?.[1]
  if (encoded === undefined) throw new Error(`no remedy in the answer ${refused.statusCode}`)
  return JSON.parse(Buffer.from(encoded, 'base64url').toString()) as Remediation
}

function request (token: string, body: object): string {
  const head = [
    'POST /mcp HTTP/1.1',
    'Host: localhost:3443',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream'
  ]
  return `${fence('http', `${head.join('\n')}\n\n${pretty(body)}`)}\n\n`
}

/** The challenge is folded at its parameters, for the page. */
function answer ({ statusCode, statusMessage, headers, body }: LightMyRequestResponse, shown: readonly string[]): string {
  const field = (name: string) => {
    const title = name.replace(/(^|-)([a-z])/g, letters => letters.toUpperCase()).replace('Www', 'WWW')
    return `${title}: ${String(headers[name]).replaceAll('", ', '",\n  ')}`
  }
  const head = [`HTTP/1.1 ${statusCode} ${statusMessage}`, `Content-Type: ${String(headers['content-type'])}`, ...shown.map(field)]
  return fence('http', `${head.join('\n')}\n\n${pretty(JSON.parse(body))}`)
}

function parametersOf (url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  return [`GET ${origin}${pathname}`, ...[...searchParams].map(([name, value]) => `  ${name} = ${value}`)].join('\n')
}

/** The preselected choice, in the words of the page. */
function requestedLimit (html: string): string {
  const choice = /<label><input type="radio" name="limit" value="requested".*?<\/ul>/s.exec(html)?.[0]
  if (choice === undefined) throw new Error('the page shows no requested limit')
  const text = choice.replace(/<li>/g, '- ').replace(/<\/(?:p|label)>/g, '\n').replace(/<[^>]+>/g, '')
  return text.split('\n').map(line => line.trim()).filter(line => line !== '').join('\n')
}

function withoutTimes ({ authenticationMs: _authentication, durationMs: _duration, level: _level, msg: _message, ...rest }: Line): Line {
  return rest
}

function pretty (value: unknown): string {
  return JSON.stringify(value, null, 2)
}

function fence (language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
