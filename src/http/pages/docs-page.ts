// The page behind `resource_documentation` (RFC 9728 section 2): what the author of a client needs to know, made from the registry.
// It links a document only where that document is served.

import type { Locale } from '../../kernel/locale.ts'
import type { PublishedDetailsType } from '../../policy/authorization-details/details-type.ts'
import { requestedScopes, type ScopeNames } from '../../policy/requested-scopes.ts'
import type { Registry } from '../../mcp/registry.ts'
import type { ToolDescription } from '../../mcp/tool-description.ts'
import type { Addresses } from '../addresses.ts'
import { textIn } from '../../policy/authorization-details/wording.ts'
import { escapeHtml, otherLanguage, page } from './html.ts'
import type { ServedPages } from './metadata.ts'

export interface DocsPageOptions {
  readonly addresses: Addresses
  readonly registry: Registry
  readonly authorizationServers: readonly string[]
  readonly name: string
  /** Of the page. */
  readonly language: Locale
  /** Of the titles and descriptions of tools. */
  readonly locale: Locale
  readonly pages: ServedPages
  /** The names under which clients request scopes. Default: those of the tools. */
  readonly scopeNames?: ScopeNames
}

const WORDS = {
  en: {
    intro: 'An MCP endpoint protected by OAuth 2.1. It accepts access tokens of the authorization server named below, issued for ' +
      'exactly this resource, and issues none itself.',
    connect: 'Connecting',
    endpoint: 'MCP endpoint and resource identifier',
    metadata: 'Protected resource metadata (RFC 9728)',
    servers: 'Authorization server',
    policy: 'Policy',
    steps: 'A client reads the metadata, registers at the authorization server, asks for the scopes it needs with the resource ' +
      'parameter (RFC 8707), and sends the token in the Authorization header.',
    tools: 'Tools',
    hidden: 'Which tools there are depends on the access token.',
    hiddenTable: 'With one, this address lists those that it permits:',
    tool: 'Tool',
    scopes: 'Scopes',
    details: 'Authorization details',
    answer: 'Token checked',
    fresh: 'live, for every call',
    cached: 'cached briefly',
    none: 'none',
    input: 'Input (JSON Schema)',
    detailsTypes: 'Authorization details types',
    detailsTypesIntro: 'What a client may put into authorization_details (RFC 9396). An element with an unknown or unreadable member ' +
      'allows nothing; elements are alternatives and are never added up.',
    sameAsSchema: 'The same as JSON Schema:',
    member: 'Member',
    presence: 'Presence',
    meaning: 'Meaning',
    required: 'required',
    optional: 'optional',
    example: 'Example',
    refusals: 'Refusals',
    refusalRows: [
      ['401', 'invalid_request, invalid_token', 'No token, or one that is not good here: obtain a new one as the challenge says.'],
      ['403', 'insufficient_scope', 'Authorize again with every scope that the challenge names.'],
      ['403', 'insufficient_authorization', 'The authorization details do not allow this call: authorize again with details that do.'],
      ['503', '-', 'The authorization server or the storage does not answer: keep the token and try again after Retry-After.']
    ]
  },
  ja: {
    intro: 'OAuth 2.1 で保護された MCP エンドポイントです。下記の認可サーバーがこのリソース向けに発行したアクセストークンだけを受け付けます。トークンの発行は行いません。',
    connect: '接続方法',
    endpoint: 'MCP エンドポイント（リソース識別子）',
    metadata: '保護リソースメタデータ（RFC 9728）',
    servers: '認可サーバー',
    policy: 'ポリシー',
    steps: 'クライアントはメタデータを読み、認可サーバーに登録し、必要なスコープを resource パラメーター（RFC 8707）と共に要求し、得たトークンを Authorization ヘッダーで送ります。',
    tools: 'ツール',
    hidden: '利用できるツールはアクセストークンによって異なります。',
    hiddenTable: '次の URL にアクセストークンを送ると、そのトークンで使えるツールの一覧が得られます。',
    tool: 'ツール',
    scopes: 'スコープ',
    details: '認可の詳細（authorization_details）',
    answer: 'トークンの確認',
    fresh: '呼び出しごとに最新の状態を確認',
    cached: '短時間キャッシュ',
    none: 'なし',
    input: '入力（JSON Schema）',
    detailsTypes: '認可の詳細の型',
    detailsTypesIntro: 'クライアントが authorization_details (RFC 9396) に書ける内容です。未知のメンバーや読み取れないメンバーのある要素は何も許可しません。要素はどれか一つで判断し、合算しません。',
    sameAsSchema: 'JSON Schema は次の URL にあります。',
    member: 'メンバー',
    presence: '要否',
    meaning: '意味',
    required: '必須',
    optional: '任意',
    example: '例',
    refusals: '拒否応答',
    refusalRows: [
      ['401', 'invalid_request, invalid_token', 'トークンがない、または使えません。チャレンジに従って新しいトークンを取得してください。'],
      ['403', 'insufficient_scope', 'チャレンジに示された全てのスコープで認可をやり直してください。'],
      ['403', 'insufficient_authorization', '認可の詳細がこの呼び出しを許していません。この呼び出しを許す内容で認可をやり直してください。'],
      ['503', '-', '認可サーバーまたはストレージが応答しません。トークンはそのままで、Retry-After の後に再試行してください。']
    ]
  }
} as const

type Words = (typeof WORDS)[Locale]

export function docsPage (options: DocsPageOptions): string {
  const { addresses, registry, authorizationServers, name, language, locale, pages, scopeNames = {} } = options
  const words = WORDS[language]
  const link = (url: string) => `<a href="${escapeHtml(url)}"><code>${escapeHtml(url)}</code></a>`
  return page({
    language,
    title: `${words.tools} - ${name}`,
    otherLanguageHref: `${addresses.docsUrl}?lang=${otherLanguage(language)}`,
    links: pages.policy ? [`<a href="${escapeHtml(addresses.policyUrl)}?lang=${language}">${escapeHtml(words.policy)}</a>`] : [],
    body: `<h1>${escapeHtml(name)}</h1>
<p>${escapeHtml(words.intro)}</p>
<h2>${escapeHtml(words.connect)}</h2>
<dl>
<dt>${escapeHtml(words.endpoint)}</dt><dd>${code(addresses.resource)}</dd>
<dt>${escapeHtml(words.metadata)}</dt><dd>${link(addresses.metadataUrl)}</dd>
<dt>${escapeHtml(words.servers)}</dt>${authorizationServers.map(server => `<dd>${code(server)}</dd>`).join('')}
${pages.policy ? `<dt>${escapeHtml(words.policy)}</dt><dd>${link(addresses.policyUrl)}</dd>\n` : ''}</dl>
<p>${escapeHtml(words.steps)}</p>
<h2>${escapeHtml(words.tools)}</h2>
${registry.visibility === 'all' ? toolTable(registry.published.descriptions, words, locale, scopeNames) : hiddenTools(addresses, words, pages)}
${detailsTypesSection(registry.published.detailsTypes, words, language, pages.detailsTypes ? link(addresses.detailsTypesUrl) : undefined)}<h2>${escapeHtml(words.refusals)}</h2>
<table>
<tbody>
${words.refusalRows.map(([status, error, remedy]) => `<tr><th>${status}</th><td>${code(error)}</td><td>${escapeHtml(remedy)}</td></tr>`).join('\n')}
</tbody>
</table>`
  })
}

function code (text: string): string {
  return `<code>${escapeHtml(text)}</code>`
}

function hiddenTools ({ toolsUrl }: Addresses, words: Words, pages: ServedPages): string {
  return `<p>${escapeHtml(words.hidden)}${pages.toolTable ? ` ${escapeHtml(words.hiddenTable)} ${code(toolsUrl)}` : ''}</p>`
}

/** A cell that has its heading beside it where a screen is narrow. */
function labelled (heading: string, content: string): string {
  return `<td data-label="${escapeHtml(heading)}">${content}</td>`
}

function toolTable (tools: readonly ToolDescription[], words: Words, locale: Locale, scopeNames: ScopeNames): string {
  const scopesOf = (tool: ToolDescription) => requestedScopes(tool.scopes, scopeNames).map(code).join(' ')
  const none = escapeHtml(words.none)
  const rows = tools.map(tool => [
    `<tr><td><a href="#${escapeHtml(tool.name)}">${code(tool.name)}</a></td>`,
    labelled(words.scopes, scopesOf(tool) || none),
    labelled(words.details, tool.detailsType === undefined ? none : code(tool.detailsType)),
    `${labelled(words.answer, escapeHtml(words[tool.freshness]))}</tr>`
  ].join(''))
  const headings = [words.tool, words.scopes, words.details, words.answer].map(heading => `<th>${escapeHtml(heading)}</th>`)
  return `<table>
<thead><tr>${headings.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${tools.map(tool => section(tool, words, locale)).join('\n')}`
}

function section (tool: ToolDescription, words: Words, locale: Locale): string {
  return `<h3 id="${escapeHtml(tool.name)}"><span lang="${locale}">${escapeHtml(tool.title)}</span> <code>${escapeHtml(tool.name)}</code></h3>
<p lang="${locale}">${escapeHtml(tool.description)}</p>
<details><summary>${escapeHtml(words.input)}</summary><pre><code>${escapeHtml(JSON.stringify(tool.inputSchema, null, 2))}</code></pre></details>`
}

function detailsTypesSection (
  types: readonly PublishedDetailsType[], words: Words, locale: Locale, schemaLink: string | undefined
): string {
  if (types.length === 0) return ''
  return `<h2 id="authorization-details-types">${escapeHtml(words.detailsTypes)}</h2>
<p>${escapeHtml(words.detailsTypesIntro)}${schemaLink === undefined ? '' : ` ${escapeHtml(words.sameAsSchema)} ${schemaLink}`}</p>
${types.map(type => detailsType(type, words, locale)).join('\n')}
`
}

function detailsType ({ type, title, description, memberTable, metadata }: PublishedDetailsType, words: Words, locale: Locale): string {
  const rows = memberTable(locale).map(member => {
    const presence = labelled(words.presence, escapeHtml(member.required ? words.required : words.optional))
    return `<tr><td>${code(member.name)}</td>${presence}${labelled(words.meaning, escapeHtml(member.description))}</tr>`
  })
  const examples = (metadata.examples ?? []).map(example => `<pre><code>${escapeHtml(JSON.stringify(example, null, 2))}</code></pre>`)
  return `<h3 id="type-${escapeHtml(type)}">${escapeHtml(textIn(title, locale))} ${code(type)}</h3>
<p>${escapeHtml(textIn(description, locale))}</p>
<table>
<thead><tr><th>${escapeHtml(words.member)}</th><th>${escapeHtml(words.presence)}</th><th>${escapeHtml(words.meaning)}</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${examples.length === 0 ? '' : `<details><summary>${escapeHtml(words.example)}</summary>${examples.join('')}</details>`}`
}
