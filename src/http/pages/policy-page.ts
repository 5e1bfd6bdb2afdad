// The page behind `resource_policy_uri` (RFC 9728 section 2): what the gateway does with tokens and with data about people.
// Each sentence follows from the configuration and from the tools; what only the tools know, they say themselves.

import type { Locale } from '../../kernel/locale.ts'
import { textIn, type Wording } from '../../policy/authorization-details/wording.ts'
import type { Addresses } from '../addresses.ts'
import { escapeHtml, otherLanguage, page } from './html.ts'
import type { ServedPages } from './metadata.ts'

/** What the sentences are made of. */
export interface PolicyFacts {
  /** Whether the authorization server is asked about tokens: about all, about those that are not signed, or about none. */
  readonly introspected: 'all' | 'some' | 'none'
  /** Which tools ask the authorization server about the token at every call. */
  readonly liveTools: 'all' | 'some' | 'none'
  /** Whether a tool needs authorization details, and what a token without any may do then; `undefined`: no tool does. */
  readonly detailsWhenAbsent: 'allow' | 'deny' | undefined
  /** Whether an audit log is written, which names the person. */
  readonly audited: boolean
  /** Sentences of single tools, each once. */
  readonly ofTools: readonly Wording[]
  /** Sentences of the service about the data that it keeps. */
  readonly statements: readonly string[]
  /** Their language. */
  readonly statementsIn: Locale
}

export interface PolicyPageOptions {
  readonly name: string
  readonly addresses: Addresses
  readonly pages: Pick<ServedPages, 'docs'>
  readonly language: Locale
  /** The longest that a revoked token goes on working where no live answer is demanded, in seconds; `undefined`: until it expires. */
  readonly revocationBoundSeconds: number | undefined
  readonly facts: PolicyFacts
}

export function policyPage ({ name, addresses, pages, language, revocationBoundSeconds, facts }: PolicyPageOptions): string {
  const title = textIn(TITLE, language)
  const items = [
    ...[...sentences(facts, revocationBoundSeconds), ...facts.ofTools].map(sentence => `<li>${escapeHtml(textIn(sentence, language))}</li>`),
    ...facts.statements.map(statement => `<li lang="${facts.statementsIn}">${escapeHtml(statement)}</li>`)
  ]
  return page({
    language,
    title: `${title} - ${name}`,
    otherLanguageHref: `${addresses.policyUrl}?lang=${otherLanguage(language)}`,
    links: pages.docs ? [`<a href="${escapeHtml(addresses.docsUrl)}?lang=${language}">${escapeHtml(textIn(TOOLS, language))}</a>`] : [],
    body: `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(name)}</p>
<ul>
${items.join('\n')}
</ul>`
  })
}

const TOOLS: Wording = { en: 'Tools', ja: 'ツール' }
const TITLE: Wording = { en: 'Policy', ja: 'ポリシー' }

function sentences (facts: PolicyFacts, seconds: number | undefined): readonly Wording[] {
  const { introspected, liveTools, detailsWhenAbsent, audited } = facts
  return [
    {
      en: 'Access tokens are accepted in the Authorization header only, and only when they were issued for this resource.',
      ja: 'アクセストークンは Authorization ヘッダーでのみ受け付け、このリソース向けに発行されたものだけを認めます。'
    },
    CHECKED[introspected],
    {
      en: 'A token is never stored, logged or passed on to another service; caches are keyed by its SHA-256 hash.',
      ja: 'トークンの保存、ログ出力、他のサービスへの転送は行いません。キャッシュのキーは SHA-256 ハッシュです。'
    },
    seconds === undefined ? UNTIL_EXPIRY : revoked(seconds, liveTools),
    {
      en: 'A person is identified by the issuer and the subject of the token.',
      ja: '利用者はトークンの発行者（issuer）と sub で識別します。'
    },
    {
      en: 'The log line of a decision names the tool, the client, the outcome, its reason and a short hash of the token. ' +
        'It does not name the person, the arguments or the token.',
      ja: '判断ごとのログにはツール、クライアント、結果、理由、トークンの短いハッシュを記録します。利用者、引数、トークンは記録しません。'
    },
    ...(audited ? [AUDITED] : []),
    ...(detailsWhenAbsent === undefined ? [] : [LIMITS, WHEN_ABSENT[detailsWhenAbsent]])
  ]
}

const CHECKED: Readonly<Record<PolicyFacts['introspected'], Wording>> = {
  all: {
    en: 'A token is sent to an authorization server of this resource to be checked.',
    ja: 'トークンは確認のため、このリソースの認可サーバーに送信します。'
  },
  some: {
    en: 'A token that is not signed is sent to an authorization server of this resource to be checked; a signed one is checked here.',
    ja: '署名のないトークンは確認のため、このリソースの認可サーバーに送信します。署名付きのトークンはここで検証します。'
  },
  none: {
    en: 'Tokens are signed by their authorization server and checked here: no server is asked about them.',
    ja: 'トークンは認可サーバーの署名をここで検証します。確認のために他のサーバーへ送信することはありません。'
  }
}

const UNTIL_EXPIRY: Wording = {
  en: 'A signed access token is accepted until it expires, also after it was revoked: its authorization server is not asked about it.',
  ja: '認可サーバーが署名したアクセストークンは、失効した場合でも有効期限まで受け付けます。認可サーバーへの確認は行いません。'
}

function revoked (seconds: number, liveTools: PolicyFacts['liveTools']): Wording {
  switch (liveTools) {
    case 'none': return {
      en: `After a token is revoked it may be accepted for at most ${seconds} seconds.`,
      ja: `失効したトークンは、最大 ${seconds} 秒間受け付けることがあります。`
    }
    case 'some': return {
      en: `After a token is revoked, some tools may accept it for at most ${seconds} seconds. ` +
        'The others ask the authorization server at every call.',
      ja: `トークンが失効した後、一部のツールは最大 ${seconds} 秒間そのトークンを受け付けることがあります。それ以外のツールは呼び出しごとに認可サーバーに確認します。`
    }
    case 'all': return {
      en: 'Every call of a tool asks the authorization server about the token. ' +
        `Other requests may accept a revoked token for at most ${seconds} seconds.`,
      ja: `ツールの呼び出しごとに認可サーバーに確認します。ツールの呼び出し以外では、失効したトークンを最大 ${seconds} 秒間受け付けることがあります。`
    }
  }
}

const AUDITED: Wording = {
  en: 'Decisions about calls of tools are also written to an audit log, with the issuer and the subject of the token.',
  ja: 'ツールの呼び出しに関する判断は、トークンの発行者（issuer）と sub と共に監査ログにも記録します。'
}

const LIMITS: Wording = {
  en: 'Limits in authorization details are enforced; a limit that cannot be read is a refusal.',
  ja: '認可の詳細に含まれる上限を必ず適用します。読み取れない上限は拒否として扱います。'
}

const WHEN_ABSENT: Readonly<Record<'allow' | 'deny', Wording>> = {
  allow: {
    en: 'A token without authorization details may call every tool that its scopes permit, without a limit.',
    ja: '認可の詳細のないトークンは、スコープの範囲で上限なしにツールを呼び出せます。'
  },
  deny: {
    en: 'A tool that needs authorization details refuses a token without any.',
    ja: '認可の詳細を必要とするツールは、それのないトークンを拒否します。'
  }
}
