// What does the gateway do with tokens and with data about people? The page behind `resource_policy_uri`.

import type { Locale } from '../../kernel/locale.ts'
import { escapeHtml, page } from './html.ts'

export interface PolicyPageOptions {
  readonly name: string
  readonly locale: Locale
  /** The longest a revoked token goes on working for tools that do not ask afresh, in seconds; absent: until it expires. */
  readonly revocationBoundSeconds: number | undefined
}

export function policyPage ({ name, locale, revocationBoundSeconds }: PolicyPageOptions): string {
  const { title, items } = (locale === 'ja' ? japanese : english)(revocationBoundSeconds)
  return page(locale, `${title} - ${name}`, `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(name)}</p>
<ul>
${items.map(item => `<li>${escapeHtml(item)}</li>`).join('\n')}
</ul>`)
}

function english (seconds: number | undefined): { title: string, items: readonly string[] } {
  return {
    title: 'Policy',
    items: [
      'Access tokens are accepted in the Authorization header only, and only when they were issued for this resource.',
      'A token is shown to its authorization server to be checked, and to nobody else. It is never stored, logged or passed on; caches are keyed by its SHA-256 hash.',
      seconds === undefined
        ? 'An access token that its authorization server has signed is accepted until it expires, a revoked one too: nobody is asked about it.'
        : `After a token is revoked, tools that only read may go on accepting it for at most ${seconds} seconds. Tools that change something ask the authorization server for every call.`,
      'A person is known by the issuer and the subject of the token. Reservations are kept with these two and are shown to that person alone.',
      'Each decision is logged with the tool, the client, the outcome, its reason and a short hash of the token, without the person, the arguments or the token.',
      'Limits in authorization details are enforced; a limit that cannot be read is a refusal.'
    ]
  }
}

function japanese (seconds: number | undefined): { title: string, items: readonly string[] } {
  return {
    title: 'ポリシー',
    items: [
      'アクセストークンは Authorization ヘッダーでのみ受け付け、このリソース向けに発行されたものだけを認めます。',
      'トークンは確認のため発行元の認可サーバーにのみ提示します。保存、ログ出力、転送は行いません。キャッシュのキーは SHA-256 ハッシュです。',
      seconds === undefined
        ? '認可サーバーが署名したアクセストークンは、失効した場合でも有効期限まで受け付けます。認可サーバーへの確認は行いません。'
        : `トークンが失効した後、参照だけのツールは最大 ${seconds} 秒間そのトークンを受け付けることがあります。変更を行うツールは呼び出しごとに認可サーバーに確認します。`,
      '利用者はトークンの発行者 (issuer) と sub で識別します。予約はこの二つと共に保存し、本人にのみ表示します。',
      '判断ごとにツール、クライアント、結果、理由、トークンの短いハッシュを記録します。利用者、引数、トークンは記録しません。',
      '認可の詳細に含まれる上限を必ず適用します。読み取れない上限は拒否として扱います。'
    ]
  }
}
