// Sends a page with its headers: not cached, not framed, no script, no referrer to another origin. `form-action` is left out on
// purpose, because browsers apply it to the redirect back to the client too and would block it.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Page } from './page.ts'
import { PAGE_STYLE_HASH } from '../../kernel/page-style.ts'

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src ${PAGE_STYLE_HASH}; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  Vary: 'Accept-Language'
}

export function sendPage (request: IncomingMessage, response: ServerResponse, { status, markup }: Page): void {
  response.writeHead(status, { ...HEADERS, 'Content-Length': Buffer.byteLength(markup) })
  response.end(request.method === 'HEAD' ? undefined : markup)
}

/** What of a context of Koa is needed; its types are packages of their own. */
interface KoaAnswer { set: (headers: Record<string, string>) => void, body: unknown }

export function sendPageThroughKoa (ctx: KoaAnswer, { markup }: Page): void {
  ctx.set({ ...HEADERS })
  ctx.body = markup
}
