// All texts of the pages, in each language. kernel/page-language.ts chooses the language.

import type { Locale } from '../../kernel/locale.ts'
import type { Texts } from './page-wording.ts'

const en: Texts = {
  serverName: 'Practice authorization server',
  practiceNotice: 'For practice only. Everyone knows these passwords, and nothing is kept. Never type a real one.',
  otherLanguage: 'ja',
  otherLanguageName: '日本語',
  consentTitle: ['Allow ', ' to use your tickets?'],
  loginTitle: ['Log in to ', ''],
  sentBackTo: 'Afterwards you are sent back to',
  clientId: 'Client ID',
  scopesHeading: 'It asks to',
  scopes: {
    'mcp:tickets:read': 'see tickets and your reservations',
    'mcp:tickets:write': 'make and cancel reservations for you',
    openid: 'know who you are'
  },
  at: 'at',
  loginHeading: 'Log in',
  loginId: 'ID',
  password: 'Password',
  accountsHint: 'Accounts to practise with: inga / inga and taro / taro; in a class, the name you were given, which is the password too.',
  limitHeading: 'How much may it spend?',
  limits: {
    requested: { title: 'As requested', more: 'The client asks for:' },
    standard: { title: 'Standard limit' },
    custom: { title: 'Custom limit', more: 'book and cancel, up to an amount in whole yen' },
    none: { title: 'No reservation limit', more: 'No authorization details are issued. The server decides what such a token may reserve.' }
  },
  customAmount: 'Per reservation (yen)',
  customTotalAmount: 'In total (yen, optional)',
  authorize: 'Authorize',
  deny: 'Deny',
  mistakes: {
    credentials: 'The ID or the password is wrong.',
    'no-decision': 'Choose Authorize or Deny.',
    limit: 'Choose one of the limits.',
    'custom-limit': 'A field of the custom limit is empty or cannot be read: see what is written below it.',
    'custom-amount': 'The custom limit is a whole number of yen from 1 to 100,000,000.',
    'custom-total-amount': 'The total is a whole number of yen, not below the limit per reservation. It may be empty.'
  },
  bookAndCancel: 'book and cancel',
  book: 'book',
  cancel: 'cancel',
  perReservation: amount => `up to ${amount} per reservation`,
  inTotal: amount => `up to ${amount} in total`,
  onlyTickets: (ids, many) => `only ticket${many ? 's' : ''} ${ids}`,
  noTicket: 'no ticket',
  onlyAt: locations => `only at ${locations}`,
  fromBudget: budget => `from the budget ${budget}`,
  until: time => `until ${time}`,
  listSeparator: ', ',
  labelled: (label, text) => `${label}: ${text}`,
  gateway: {
    consentTitle: resource => ['Allow ', ` to use ${resource}?`],
    scopesHeading: 'It asks for',
    toolsOf: titles => `for ${titles}`,
    limitHeading: 'What may it do?',
    limits: {
      requested: { title: 'As requested', more: 'The client asks for:' },
      standard: { title: 'As in the example of the server' },
      custom: { title: 'Choose the limits' },
      none: { title: 'No authorization details', more: 'The server decides what such a token may do; it may refuse it.' }
    },
    optional: 'optional',
    onEachLine: 'one on each line',
    nothing: '(nothing)',
    downTitle: 'The MCP server cannot be asked what this is about',
    downAdvice: 'This authorization server asks the MCP server for the scopes and limits that it shows on its pages. Start the MCP ' +
      'server, then load this page again.'
  },
  errorTitle: 'This request cannot be answered',
  errorAdvice: 'Go back to the client and start again.',
  unknownClientAdvice: 'This server does not know the client. It may have been started again since the client registered: remove what ' +
    'the client has stored for this server, then connect again, and it registers again.',
  notFoundTitle: 'There is no such page',
  notFoundAdvice: 'The first page of this server lists what there is:',
  lostTitle: 'This page has expired',
  lostAdvice: 'The request was answered already, it is older than an hour, the server was restarted, or cookies are blocked. Go back to ' +
    'the client and start again.',
  foreignTitle: 'This form was sent from another site',
  foreignAdvice: 'Nothing was allowed. Go back to the client and start again.',
  rootTitle: 'Practice authorization server',
  rootPurpose: 'An OAuth 2.1 authorization server for trying out an MCP resource server on your own machine.',
  rootForgets: 'Clients, grants and tokens are kept in memory and are gone when it stops.',
  accountsHeading: 'Accounts',
  endpointsHeading: 'Endpoints',
  endpointNames: {},
  resourcesHeading: 'Resources it issues tokens for'
}

const ja: Texts = {
  serverName: '練習用認可サーバー',
  practiceNotice: '練習専用です。パスワードは公開されており、データは保存されません。本物のパスワードは入力しないでください。',
  otherLanguage: 'en',
  otherLanguageName: 'English',
  consentTitle: ['', ' にチケットの利用を許可しますか？'],
  loginTitle: ['', ' にログイン'],
  sentBackTo: '承認後の戻り先：',
  clientId: 'クライアント ID',
  scopesHeading: '要求されている権限',
  scopes: {
    'mcp:tickets:read': 'チケットと自分の予約を見る',
    'mcp:tickets:write': '予約の作成と取り消しを代わりに行う',
    openid: 'あなたが誰かを知る'
  },
  at: '利用先：',
  loginHeading: 'ログイン',
  loginId: 'ID',
  password: 'パスワード',
  accountsHint: '練習用アカウント：inga / inga、taro / taro。クラスでは、配られた名前（パスワードも同じ）を使います。',
  limitHeading: '予約できる金額',
  limits: {
    requested: { title: '要求どおり', more: 'クライアントの要求：' },
    standard: { title: '標準の上限' },
    custom: { title: '上限を指定する', more: '予約と取り消し、円単位の整数で上限を指定します' },
    none: { title: '予約の上限なし', more: '認可の詳細（authorization details）は発行されません。そのトークンで何を予約できるかはサーバーが決めます。' }
  },
  customAmount: '1 回の予約の上限（円）',
  customTotalAmount: '合計の上限（円、空欄可）',
  authorize: '承認する',
  deny: '拒否する',
  mistakes: {
    credentials: 'ID またはパスワードが違います。',
    'no-decision': '「承認する」か「拒否する」を選んでください。',
    limit: '上限を選んでください。',
    'custom-limit': '指定した上限に、空欄または読み取れない項目があります。各項目の説明を確認してください。',
    'custom-amount': '上限は 1 から 100,000,000 までの整数（円）で入力してください。',
    'custom-total-amount': '合計の上限は、1 回の上限以上の整数（円）で入力してください。空欄でもかまいません。'
  },
  bookAndCancel: '予約と取り消し',
  book: '予約',
  cancel: '取り消し',
  perReservation: amount => `1 回の予約につき ${amount} まで`,
  inTotal: amount => `合計 ${amount} まで`,
  onlyTickets: ids => `対象チケット：${ids}`,
  noTicket: '対象チケットなし',
  onlyAt: locations => `利用先：${locations}`,
  fromBudget: budget => `予算：${budget}`,
  until: time => `期限：${time}`,
  listSeparator: '、',
  labelled: (label, text) => `${label}：${text}`,
  gateway: {
    consentTitle: resource => ['', ` に ${resource} の利用を許可しますか？`],
    scopesHeading: '要求されている権限',
    toolsOf: titles => `対象：${titles}`,
    limitHeading: '許可する範囲',
    limits: {
      requested: { title: '要求どおり', more: 'クライアントの要求：' },
      standard: { title: 'サーバーの例のとおり' },
      custom: { title: '範囲を指定する' },
      none: { title: '認可の詳細なし', more: 'そのトークンで何ができるかはサーバーが決めます。拒否されることもあります。' }
    },
    optional: '空欄可',
    onEachLine: '1 行に 1 つ',
    nothing: '(なし)',
    downTitle: 'MCP サーバーに内容を問い合わせできません',
    downAdvice: 'この認可サーバーは、画面に表示する権限と上限を MCP サーバーに問い合わせます。MCP サーバーを起動してから、このページを再読み込みしてください。'
  },
  errorTitle: 'この要求には応答できません',
  errorAdvice: 'クライアントに戻って、最初からやり直してください。',
  unknownClientAdvice: 'このサーバーには、このクライアントの登録がありません。登録後にサーバーが再起動された可能性があります。クライアントに保存されたこのサーバーの情報を削除し、接続し直すと、あらためて登録されます。',
  notFoundTitle: 'ページが見つかりません',
  notFoundAdvice: 'このサーバーの内容は、最初のページに一覧があります：',
  lostTitle: 'このページの有効期限が切れています',
  lostAdvice: 'すでに回答済み、開始から 1 時間を超えた、サーバーが再起動された、またはクッキーが無効になっています。クライアントに戻って、最初からやり直してください。',
  foreignTitle: 'このフォームは別のサイトから送信されました',
  foreignAdvice: '何も許可されていません。クライアントに戻って、最初からやり直してください。',
  rootTitle: '練習用認可サーバー',
  rootPurpose: '手元のマシンで MCP のリソースサーバーを試すための OAuth 2.1 認可サーバーです。',
  rootForgets: 'クライアント、認可、トークンはメモリにだけ置かれ、停止すると消えます。',
  accountsHeading: 'アカウント',
  endpointsHeading: 'エンドポイント',
  endpointNames: {
    metadata: 'メタデータ',
    'authorization details types': '認可の詳細の型',
    jwks: '署名の公開鍵',
    authorization: '認可',
    token: 'トークン',
    introspection: 'イントロスペクション',
    revocation: 'トークンの失効',
    pushed_authorization_request: 'PAR',
    registration: 'クライアント登録'
  },
  resourcesHeading: 'トークンの発行先リソース'
}

export const TEXTS: Readonly<Record<Locale, Texts>> = { en, ja }
