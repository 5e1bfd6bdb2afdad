// Whether a request is that of a person at a browser, and the page that it then gets in place of JSON.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Locale } from '../../kernel/locale.ts'
import { chooseLanguage } from '../../kernel/page-language.ts'

/** Programs ask for JSON, for streams or for anything. */
export function wantsPage ({ method, headers: { accept = '' } }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/i.test(accept)
}

export function languageOfPage (request: FastifyRequest): Locale {
  return chooseLanguage({ clicked: clickedLanguage(request.url), acceptLanguage: request.headers['accept-language'] })
}

/** The language of a link that was clicked: `?lang=ja`. */
export function clickedLanguage (url: string): string | null {
  const queryAt = url.indexOf('?')
  return queryAt === -1 ? null : new URLSearchParams(url.slice(queryAt + 1)).get('lang')
}

/** Not cached: it depends on what the browser asks for. */
export function sendPage (reply: FastifyReply, status: number, headers: Readonly<Record<string, string>>, html: string): FastifyReply {
  return reply.code(status).headers({ ...headers, 'cache-control': 'no-store', vary: 'Accept, Accept-Language' }).send(html)
}
