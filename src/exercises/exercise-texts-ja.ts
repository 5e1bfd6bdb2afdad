// The Japanese texts of the exercises.

import type { ExerciseTexts } from './exercise-words.ts'

export const japaneseTexts: ExerciseTexts = {
  mine: '演習',
  theClass: 'クラス',
  everybody: '全員',
  choose: '自分の名前を選んでください。ログイン名もパスワードも同じです。',
  practice: '練習専用です。このページは誰でも、誰の分でも開けます。',
  otherLanguage: 'English',
  progress: (done, all) => `${all} 問中 ${done} 問完了。入力は不要です。ゲートウェイが見た操作に印が付きます。`,
  allDone: 'すべて完了しました。',
  doneAt: time => `${time} 完了`,
  requests: numbers => `コンソールの要求 ${numbers}`,
  seconds: seconds => `2 つの間は ${seconds} 秒`,
  commands: 'curl の場合',
  beforeCommands: '各ターミナルで最初に 1 回（bash または zsh）：',
  copy: 'コピー',
  copied: 'コピーしました',
  withInspector: 'MCP Inspector の場合',
  last: 'ゲートウェイの最近の判定',
  nothingYet: 'まだありません。',
  figures: {
    here: '参加済み', most: 'に取り組む人が最多', stuck: '止まっている人（拒否 3 回または 5 分）', unowned: '持ち主の分からない要求'
  },
  refusals: '多い拒否（直近 5 分）',
  noRefusals: 'ありません。',
  person: '名前',
  cell: { done: '完了', 'at-it': '取り組み中', stuck: '停止中', open: '未着手' },
  offline: 'ゲートウェイのコンソールが応答しません。今は印が付きません。1 秒ごとに再接続します。',
  missed: count => `${count} 件はコンソールで表示しきれず、ここに含まれません。`,
  reset: '次のクラスを始める',
  resetMore: 'すべての印、予約、累計を消し、席をすべて空け、ラボをオフにし、すべてのトークンを失効させます。クライアントの登録は残ります。',
  resetSure: 'クラスをリセット',
  resetDone: {
    progress: '印を消しました。', tickets: '予約と累計を消し、席をすべて空けました。', lab: 'ラボをオフにし、すべてのトークンを失効させました。'
  },
  resetFailed: '失敗しました。ランチャーの出力を確認してください。',
  refusedHere: {
    'foreign-host': 'このページは、自身のアドレスでだけ応答します。',
    'foreign-origin': '別のサイトからの要求です。何も変更していません。',
    'teacher-only': '講師のシークレットが必要です。ユーザー名は任意、パスワードにシークレットを入力してください。',
    'not-found': 'ページがありません。'
  },
  reasons: {
    permitted: '許可',
    'missing-token': 'トークンなし',
    inactive: '期限切れ・失効・未知のトークン',
    expired: 'トークンの期限切れ',
    'wrong-audience': '別のリソース宛てのトークン',
    'insufficient-scope': 'スコープ不足',
    'insufficient-authorization': '上限超過',
    fault: '認可サーバーの応答なし',
    'malformed-credentials': 'トークンの送り方の誤り',
    'not-yet-valid': '有効期間前のトークン',
    'insufficient-authentication': 'より強いログインが必要',
    'unknown-tool': 'このトークンで使えないツール',
    'rate-limited': 'リクエストが多すぎる',
    'method-not-allowed': 'POST 以外のリクエスト',
    'protocol-error': 'MCP メッセージの誤り',
    'invalid-arguments': '引数の誤り',
    'tool-failed': '許可されたが実行できず',
    'not-allowed': 'どのトークンでも許可されない',
    undecidable: '判定不能',
    overloaded: '混雑中'
  },
  hints: {
    'whole-token': '直前は 401、未知のトークンです。全体をコピーしましたか。最新のトークンですか。',
    'again-soon': '入れました。30 秒以内に同じトークンでもう一度呼び出すと、問い合わせは起きません。',
    'ask-for-this-resource': '別のリソース宛てのトークンです。このゲートウェイのアドレスを resource に指定して取得してください。',
    'read-alone-first': '最初から両方のスコープがありました。まず mcp:tickets:read だけで取得し、拒否されてください。',
    'scope-of-the-challenge': '新しいトークンのスコープが同じです。次の認可リクエストに、チャレンジのスコープを指定してください。',
    'choose-a-limit': '予約できましたが、上限がありません。認可サーバーのページで上限を選んでください。',
    'seats-are-gone': '席が残っていません。別のチケットを試してください。',
    'within-the-limit': '上限を超えました（演習 5 の内容です）。ここでは席を減らしてください。',
    'step-up-first': '403 ですが、スコープ不足です。先に書き込みのトークンを取得してください（演習 3）。',
    'more-seats': '上限以内でした。席を増やしてください。',
    'new-token': '同じトークンでは同じ結果です。解決策には新しいトークンが必要です。本人の許可を得てください。',
    'the-same-call': '許可されましたが、別の呼び出しです。拒否された呼び出しをそのまま繰り返してください。',
    'as-the-remedy-says': '解決策のとおりに本人の許可を得てから、同じ呼び出しを繰り返してください。',
    'at-the-other-address': 'このアドレス宛てのトークンです。もう一方のアドレスで使ってください。',
    'read-before-it-ends': '拒否されましたが、直前の参照がありません。新しく取得し、list_tickets を 2 回、失効、そして参照を続けてください。',
    'now-inside': '正しく拒否されました。次は、許可したフォルダーの中のファイルを読んでください。',
    'now-outside': '読めました。次は、許可したフォルダーの外のファイルを試してください。',
    'server-is-away': '503：認可サーバーが応答しません。誤りではありません。講師の合図を待ってください。'
  },
  exercises: {
    'be-refused': {
      title: '拒否され、チャレンジを読む',
      goal: 'トークンなしで呼び出し、次に架空のトークンで呼び出します。WWW-Authenticate を読みます。何が足りず、トークンはどこで得られますか。',
      inspector: 'ログインせずに接続します。次に Authentication で Authorization ヘッダーに下の文字列を設定して接続します。'
    },
    'come-in': {
      title: 'トークンを取得し、覚えてもらう',
      goal: 'ログインし、このゲートウェイ宛てのトークンを取得し、list_tickets を 2 回呼び出します。2 回目は認可サーバーへの問い合わせがありません。',
      inspector: 'Open Auth Settings、Quick OAuth Flow で自分の名前でログイン。Connect、List Tools、list_tickets を 2 回実行します。'
    },
    'step-up': {
      title: '参照から書き込みへ',
      goal: '参照だけのトークンで reserve_ticket を呼び出して拒否されます。チャレンジのスコープで許可を得直し、もう一度呼び出します。',
      inspector: 'OAuth の設定でスコープを mcp:tickets:read にしてログインし、reserve_ticket を実行（403）。両方のスコープでログインし直し、再実行します。'
    },
    reserve: {
      title: '上限以内で予約する',
      goal: '認可サーバーのページで上限を選び、チケット 1（5,000 円）を 1 席予約します。',
      inspector: 'ログインし、1 回の予約 10,000 円までの上限を選びます。ticket_id 1、seats 1 で reserve_ticket を実行します。'
    },
    exceed: {
      title: '上限を超える',
      goal: '同じトークンで、許可した額を超えて予約します。応答を見ます。何があれば足りますか。',
      inspector: 'ticket_id 1、seats 3 で reserve_ticket を実行します。'
    },
    remedy: {
      title: '解決策を使う',
      goal: '拒否の応答のとおりに本人の許可を得て、新しいトークンで同じ呼び出しを繰り返します。',
      inspector: 'コンソールで拒否の解決策をコピーし、authorization_details に指定した認可のアドレスを開いてログインし、同じ呼び出しを実行します。'
    },
    'other-resource': {
      title: '別のリソース宛てのトークンを見せる',
      goal: 'ファイル用のトークンを取得して使い、それをチケット側に見せます。同じサーバーの 2 つのアドレスですが、拒否されます。',
      inspector: 'ファイルのアドレスに接続してログインします。そのトークンを、チケット側の接続の Authorization ヘッダーに設定します。'
    },
    revoke: {
      title: '失効させ、まだ答えるものを見る',
      goal: 'list_tickets を呼び出し、トークンを失効させ、呼び出しを続けます。参照はいつまで、なぜ続きますか。その後 reserve_ticket を試します。',
      inspector: 'チケット販売サイトの「アプリケーション」で MCP Inspector の許可を取り消し、数秒おきに list_tickets を実行します。'
    },
    'own-tool': {
      title: '自分のツールを守る',
      goal: 'このマシンで docs/examples/greetings.ts の小さなゲートウェイを起動し、ツールを変更し、拒否され、次に許可されます。',
      inspector: '下のように起動し、そのアドレスに接続し、スコープのないトークン、次にあるトークンでツールを呼び出します。'
    },
    files: {
      title: '別の MCP サーバーを守る',
      goal: 'ファイルサーバーはトークンを知りません。前に立つゲートウェイが確認します。1 つのフォルダーを許可し、中のファイルと外のファイルを読みます。',
      inspector: 'ファイルのアドレスに接続し、ログインして 1 つのフォルダーを許可します。files_read_text_file を中と外で実行します。'
    }
  }
}
