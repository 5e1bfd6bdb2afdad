// All texts of the lab's page: what each switch does, and what one should now see, and where.

import type { Locale } from '../../kernel/locale.ts'
import type { Refusal } from './lab-guard.ts'
import type { SwitchId } from './switches.ts'

interface SwitchTexts {
  readonly name: string
  readonly does: string
  readonly client: string
  readonly log: string
}

interface LabTexts {
  readonly title: string
  readonly purpose: string
  readonly keptAnswers: string
  readonly person: string
  readonly everybody: string
  readonly howLong: string
  readonly durations: Readonly<Record<'600' | '60' | 'once' | 'open', string>>
  readonly on: string
  readonly off: string
  readonly doIt: string
  readonly allOff: string
  readonly reset: string
  readonly resetMore: string
  readonly refresh: string
  readonly atClient: string
  readonly inLog: string
  readonly nothingOn: string
  readonly isOn: (name: string, person: string, left: string) => string
  readonly secondsLeft: (seconds: number) => string
  readonly requestsLeft: (requests: number) => string
  readonly untilOff: string
  readonly done: string
  readonly allOnly: string
  readonly oldForm: string
  readonly refusals: Readonly<Record<Refusal, string>>
  readonly switches: Readonly<Record<SwitchId, SwitchTexts>>
}

const en: LabTexts = {
  title: 'Lab',
  purpose: 'Each switch makes one thing wrong in the answers of this practice server. The gateway itself has no ' +
    'such switches: it meets what a real server may answer.',
  keptAnswers: 'The gateway keeps an answer for some seconds (cache.ttlSeconds, 30 by default). Tools that change ' +
    'something ask every time and show a switch at once; tools that read show it when the kept answer has ended.',
  person: 'For whom',
  everybody: 'everybody',
  howLong: 'How long',
  durations: { 600: '10 minutes', 60: '1 minute', once: 'next request only', open: 'until switched off' },
  on: 'Switch on',
  off: 'Switch off',
  doIt: 'Do it now',
  allOff: 'All switches off',
  reset: 'Reset',
  resetMore: 'All switches off, and every token issued until now is revoked. Clients stay registered.',
  refresh: 'Show the current state',
  atClient: 'Client',
  inLog: 'Log',
  nothingOn: 'No switch is on.',
  isOn: (name, person, left) => `On: ${name}, for ${person}, ${left}`,
  secondsLeft: seconds => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`,
  requestsLeft: requests => `for ${requests} more request${requests === 1 ? '' : 's'}`,
  untilOff: 'until switched off',
  done: 'Done.',
  allOnly: 'This one concerns the gateway, not a person: choose everybody.',
  oldForm: 'This form is too old: the server was started again. Choose once more.',
  refusals: {
    'foreign-host': 'The lab answers only at the address of this server.',
    'foreign-origin': 'This request was sent from another site. Nothing was changed.',
    'teacher-only': 'The lab needs the secret of the teacher: any user name, and the secret as the password.'
  },
  switches: {
    down: {
      name: 'Authorization server is down',
      does: 'Introspection answers nothing: the connection is closed.',
      client: '503 with Retry-After; reads still work while the answer is kept.',
      log: 'authorization-server-unavailable'
    },
    slow: {
      name: 'Authorization server is slow',
      does: 'Each answer of introspection waits 2 seconds.',
      client: '200 after 2 seconds.',
      log: 'authenticationMs=2000'
    },
    'refused-credentials': {
      name: 'The gateway has wrong credentials',
      does: 'Introspection answers 401 invalid_client to the gateway.',
      client: '503, not 401: the fault is not that of the client.',
      log: 'authorization-server-unavailable, and a hint to look at the client secret'
    },
    revoked: {
      name: 'Tokens are revoked',
      does: 'Every access token and refresh token issued until now is worth nothing. It cannot be undone. The gateway hears nothing of it.',
      client: 'Writes: 401 invalid_token at once. Reads: 200 while the answer is kept, then 401.',
      log: 'reason=invalid-token remark=inactive'
    },
    'short-life': {
      name: 'Tokens live for 60 seconds',
      does: 'For tokens that are issued from now on.',
      client: '200, and 401 invalid_token after a minute.',
      log: 'reason=invalid-token remark=inactive or expired'
    },
    'wrong-audience': {
      name: 'Tokens are for another resource',
      does: 'Introspection names http://other.example/mcp as the audience.',
      client: '401 invalid_token: issued for another resource.',
      log: 'reason=invalid-token remark=wrong-audience'
    },
    'no-write': {
      name: 'Tokens have no scope to write',
      does: 'Introspection leaves out each scope that ends with :write.',
      client: '403 insufficient_scope, with the scope in the challenge.',
      log: 'reason=insufficient-scope'
    },
    'small-limit': {
      name: 'The limit is ¥1,000',
      does: 'Introspection answers maxAmount 1000 where it is larger.',
      client: '403 insufficient_authorization, with the remedy in the challenge.',
      log: 'remark=insufficient:maxAmount'
    },
    'new-key': {
      name: 'The signing key is replaced',
      does: 'JWTs and signed answers have a new key; the old one leaves /api/jwks. It cannot be undone.',
      client: 'JWTs of before: 401 invalid_token. Opaque tokens, as in the tutorial: nothing changes.',
      log: 'reason=invalid-token remark=unverifiable (JWTs)'
    },
    'no-refresh': {
      name: 'Refresh is refused',
      does: 'The token endpoint answers invalid_grant to a refresh token.',
      client: 'The client has to send the person to log in again.',
      log: 'of this server: token refused: invalid_grant'
    }
  }
}

const ja: LabTexts = {
  title: 'ラボ',
  purpose: '各スイッチは、この練習用サーバーの回答を 1 か所だけ誤らせます。ゲートウェイ本体にスイッチはなく、実際のサーバーが返し得る回答を受け取ります。',
  keptAnswers: 'ゲートウェイは回答を数秒間保存します（cache.ttlSeconds、既定 30 秒）。更新するツールは毎回問い合わせるのですぐに変化が現れ、参照するツールは保存期間が過ぎてから現れます。',
  person: '対象',
  everybody: '全員',
  howLong: '期間',
  durations: { 600: '10 分', 60: '1 分', once: '次の 1 回だけ', open: 'オフにするまで' },
  on: 'オンにする',
  off: 'オフにする',
  doIt: '今すぐ実行',
  allOff: 'すべてオフ',
  reset: '初期化',
  resetMore: 'すべてのスイッチをオフにし、これまでに発行したトークンをすべて失効させます。クライアントの登録は残ります。',
  refresh: '最新の状態を表示',
  atClient: 'クライアント',
  inLog: 'ログ',
  nothingOn: 'オンのスイッチはありません。',
  isOn: (name, person, left) => `オン：${name}（対象：${person}、${left}）`,
  secondsLeft: seconds => `残り ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
  requestsLeft: requests => `あと ${requests} 回`,
  untilOff: 'オフにするまで',
  done: '実行しました。',
  allOnly: 'これは個人ではなくゲートウェイに関するスイッチです。対象に「全員」を選んでください。',
  oldForm: 'サーバーが再起動されたため、このフォームは古くなっています。もう一度選んでください。',
  refusals: {
    'foreign-host': 'ラボは、このサーバーのアドレスでのみ利用できます。',
    'foreign-origin': '別のサイトから送信された要求です。何も変更していません。',
    'teacher-only': 'ラボには講師の秘密が必要です。ユーザー名は任意、パスワードに秘密を入力してください。'
  },
  switches: {
    down: {
      name: '認可サーバーの停止',
      does: 'イントロスペクションの接続を、回答せずに切断します。',
      client: '503 と Retry-After。保存済みの回答がある間、参照は可能です。',
      log: 'authorization-server-unavailable'
    },
    slow: {
      name: '認可サーバーの遅延',
      does: 'イントロスペクションの回答を 2 秒遅らせます。',
      client: '2 秒後に 200。',
      log: 'authenticationMs=2000'
    },
    'refused-credentials': {
      name: 'ゲートウェイの資格情報が不正',
      does: 'イントロスペクションがゲートウェイに 401 invalid_client を返します。',
      client: '401 ではなく 503。クライアントの誤りではないためです。',
      log: 'authorization-server-unavailable と、クライアントシークレットを確認するヒント'
    },
    revoked: {
      name: 'トークンの失効',
      does: 'これまでに発行したアクセストークンとリフレッシュトークンをすべて無効にします。元に戻せません。ゲートウェイには通知しません。',
      client: '更新：すぐに 401 invalid_token。参照：回答の保存期間中は 200、その後 401。',
      log: 'reason=invalid-token remark=inactive'
    },
    'short-life': {
      name: 'トークンの有効期間を 60 秒に',
      does: 'これから発行するトークンが対象です。',
      client: '200、1 分後に 401 invalid_token。',
      log: 'reason=invalid-token remark=inactive または expired'
    },
    'wrong-audience': {
      name: '別のリソース宛てのトークン',
      does: 'イントロスペクションの aud を http://other.example/mcp にします。',
      client: '401 invalid_token（別のリソース宛て）。',
      log: 'reason=invalid-token remark=wrong-audience'
    },
    'no-write': {
      name: '更新スコープなし',
      does: ':write で終わるスコープを、イントロスペクションの回答から除きます。',
      client: '403 insufficient_scope。必要なスコープがチャレンジに入ります。',
      log: 'reason=insufficient-scope'
    },
    'small-limit': {
      name: '上限 ¥1,000',
      does: 'イントロスペクションの maxAmount が大きい場合、1000 にします。',
      client: '403 insufficient_authorization。解決策がチャレンジに入ります。',
      log: 'remark=insufficient:maxAmount'
    },
    'new-key': {
      name: '署名鍵の交換',
      does: 'JWT と署名付き回答の鍵を交換し、古い鍵は /api/jwks から消えます。元に戻せません。',
      client: '以前の JWT：401 invalid_token。チュートリアルの参照トークン：変化なし。',
      log: 'reason=invalid-token remark=unverifiable（JWT）'
    },
    'no-refresh': {
      name: 'リフレッシュの拒否',
      does: 'トークンエンドポイントがリフレッシュトークンに invalid_grant を返します。',
      client: 'クライアントは、再ログインを求める必要があります。',
      log: 'このサーバーのログ：token refused: invalid_grant'
    }
  }
}

export const LAB_TEXTS: Readonly<Record<Locale, LabTexts>> = { en, ja }
