// Pages for a person who has opened an address of the gateway in a browser: its first page, an address where nothing is, and the endpoint,
// which takes messages of programs alone.

import type { Locale } from '../../kernel/locale.ts'
import type { Addresses } from '../addresses.ts'
import { escapeHtml, otherLanguage, page } from './html.ts'
import type { ServedPages } from './metadata.ts'

export type FrontKind = 'first' | 'not-found' | 'endpoint'

/** An endpoint of this process, and what it serves. */
export interface FrontEndpoint {
  readonly addresses: Addresses
  readonly name: string
  readonly pages: ServedPages
}

const WORDS = {
  en: {
    titles: { first: 'MCP gateway', 'not-found': 'There is nothing here', endpoint: 'This is an endpoint for programs' },
    texts: {
      first: 'A server for MCP clients, protected by OAuth 2.1: a client needs an access token, and a refusal says where to get one.',
      'not-found': 'No page and no document has this address. What there is:',
      endpoint: 'MCP clients send JSON-RPC messages here with POST. A browser shows nothing of it; enter this address in a client instead.'
    },
    endpoint: 'MCP endpoint',
    docs: 'Tools and refusals',
    policy: 'Policy',
    metadata: 'Protected resource metadata'
  },
  ja: {
    titles: { first: 'MCP ゲートウェイ', 'not-found': 'ページが見つかりません', endpoint: 'プログラム用のエンドポイントです' },
    texts: {
      first: 'OAuth 2.1 で保護された MCP クライアント用のサーバーです。アクセストークンが必要で、取得先は拒否応答で分かります。',
      'not-found': 'この URL にはページも文書もありません。次のものがあります。',
      endpoint: 'MCP クライアントが POST で JSON-RPC メッセージを送る URL です。ブラウザでは何も表示されません。この URL をクライアントに入力してください。'
    },
    endpoint: 'MCP エンドポイント',
    docs: 'ツールと拒否応答',
    policy: 'ポリシー',
    metadata: '保護リソースメタデータ'
  }
} as const

export function frontPage (kind: FrontKind, endpoints: readonly FrontEndpoint[], language: Locale, path: string): string {
  const words = WORDS[language]
  const title = words.titles[kind]
  return page({
    language,
    title,
    otherLanguageHref: `${path}?lang=${otherLanguage(language)}`,
    body: `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(words.texts[kind])}</p>
${endpoints.map(endpoint => section(endpoint, language)).join('\n')}`
  })
}

function section ({ addresses, name, pages }: FrontEndpoint, language: Locale): string {
  const words = WORDS[language]
  const link = (text: string, url: string, query = '') => `<li><a href="${escapeHtml(url + query)}">${escapeHtml(text)}</a></li>`
  const inLanguage = `?lang=${language}`
  const links = [
    pages.docs ? link(words.docs, addresses.docsUrl, inLanguage) : '',
    pages.policy ? link(words.policy, addresses.policyUrl, inLanguage) : '',
    link(words.metadata, addresses.metadataUrl)
  ]
  return `<section><h2>${escapeHtml(name)}</h2>
<p class="soft">${escapeHtml(words.endpoint)} <code>${escapeHtml(addresses.endpointUrl)}</code></p>
<ul>${links.join('')}</ul></section>`
}
