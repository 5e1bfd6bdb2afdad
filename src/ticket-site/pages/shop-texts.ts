// All texts of the shop, in each language. Titles of tickets come from the storage, names of applications from themselves.

import type { Locale } from '../../kernel/locale.ts'
import type { ShopTexts } from './shop-wording.ts'

const en: ShopTexts = {
  shop: 'Ticket shop',
  thisLanguage: 'English',
  practice: 'For practice only. No real tickets are sold.',
  pages: 'Pages',
  places: { tickets: 'Tickets', reservations: 'My reservations', applications: 'Applications that may act for me' },
  logIn: 'Log in',
  logOut: 'Log out',
  noOpenId: 'This authorization server has no OpenID Connect, so it cannot tell a web site who you are. ' +
    'Tickets can be bought through an MCP client.',
  serverDown: 'The authorization server does not answer, so a login is not possible now. The tickets below are up to date.',
  search: 'Search',
  atLeastSeats: 'Seats left, at least',
  nothingFound: 'No ticket fits.',
  seatsLeft: (left, all) => `${left} of ${all} seats left`,
  soldOut: 'sold out',
  seats: 'Seats',
  perSeat: 'per seat',
  see: 'See and reserve',
  reserve: 'Reserve',
  logInToReserve: 'Log in to reserve',
  seatCount: seats => seats === 1 ? '1 seat' : `${seats} seats`,
  cancel: 'Cancel',
  cancelled: 'cancelled',
  reallyCancel: title => `Cancel this reservation of ${title}?`,
  keep: 'Keep it',
  noReservations: 'You have no reservations.',
  made: id => `Reservation ${id} is made.`,
  isCancelled: id => `Reservation ${id} is cancelled, and its seats are free again.`,
  you: 'You',
  madeHere: when => `made this here, ${when}`,
  madeForYou: when => `made this for you, ${when}`,
  anApplication: 'An application',
  unknownMaker: 'It is not known who made this: it is older than this record.',
  under: limit => `under: ${limit}`,
  withoutLimit: 'without a limit in its token',
  cancelledBy: who => `cancelled by: ${who}`,
  failures: {
    'ticket-not-found': 'There is no such ticket.',
    'not-enough-seats': left => left === 0 ? 'It is sold out.' : `Not enough seats: ${left} left.`,
    'amount-exceeds-limit': 'So many seats cannot be reserved at once.',
    'total-exceeded': 'So many seats cannot be reserved at once.',
    'idempotency-key-reused': 'This form was sent before with something else in it. Here is a new one.',
    'reservation-not-found': 'You have no such reservation.',
    'already-cancelled': 'This reservation is cancelled already.',
    seats: 'Seats: a whole number from 1 to 1,000,000.'
  },
  applicationsIntro: 'You allowed these applications to use your tickets. When you revoke one, its next reservation or cancellation is ' +
    'refused at once.',
  readsEndToo: 'What it only reads is refused at once too.',
  readsGoOn: seconds => seconds === 0
    ? 'What it only reads is refused at once too.'
    : `What it only reads may still be answered for ${seconds === undefined ? 'a short time' : `up to ${seconds} seconds`}, ` +
      'because the gateway keeps answers about tokens.',
  nameIsItsOwn: 'the name is its own claim',
  sendsYouBackTo: 'sends you back to',
  revoke: 'Revoke',
  reallyRevoke: name => `Revoke all that ${name} may do for you?`,
  revoked: 'The application may not act for you any more.',
  noApplications: 'You have not allowed any application to act for you.',
  allowedOn: 'Allowed on',
  limit: 'Limit',
  usedSoFar: amount => `Active reservations that it made: ${amount}`,
  scopes: {
    'mcp:tickets:read': 'see tickets and your reservations',
    'mcp:tickets:write': 'make and cancel reservations',
    openid: 'know who you are'
  },
  notOffered: 'This authorization server offers no way to withdraw an application from here: do it there. ' +
    'These applications made reservations for you:',
  atTheServer: 'To the authorization server',
  applicationsDown: 'The authorization server does not answer, so it is not known which applications may act for you, ' +
    'and none can be revoked now.',
  logInAgain: 'The authorization server does not know this login any more. Log out, and log in again.',
  loginFailed: {
    title: 'You are not logged in',
    text: 'The login was not completed, or it was begun more than ten minutes ago or in another browser.'
  },
  loginNeeded: { title: 'Log in first', text: 'This page belongs to one person.' },
  tooOld: { title: 'This form is too old', text: 'Nothing was changed. Go back, and send the form again as it is there now.' },
  foreign: { title: 'This form was sent from another site', text: 'Nothing was changed.' },
  notFound: { title: 'There is no such page', text: 'Perhaps it belongs to another person.' },
  storageDown: { title: 'The tickets cannot be read now', text: 'The storage does not answer. Try again in a few seconds.' },
  failed: { title: 'Something failed', text: 'Nothing more is known here. Try again.' },
  back: 'Back',
  words: {
    actions: { both: 'book and cancel', book: 'book', cancel: 'cancel' },
    perReservation: amount => `up to ${amount} per reservation`,
    inTotal: amount => `up to ${amount} in total`,
    onlyTickets: (ids, many) => `only ticket${many ? 's' : ''} ${ids}`,
    until: time => `until ${time}`,
    separator: ', '
  }
}

const ja: ShopTexts = {
  shop: 'チケットショップ',
  thisLanguage: '日本語',
  practice: '練習専用です。実際のチケットは販売していません。',
  pages: 'ページ',
  places: { tickets: 'チケット', reservations: '予約一覧', applications: '代理を許可したアプリ' },
  logIn: 'ログイン',
  logOut: 'ログアウト',
  noOpenId: 'この認可サーバーは OpenID Connect に対応していないため、あなたが誰かをウェブサイトに伝えられません。チケットは MCP クライアントから予約できます。',
  serverDown: '認可サーバーが応答しないため、いまはログインできません。以下のチケットは最新です。',
  search: '検索',
  atLeastSeats: '残席数（以上）',
  nothingFound: '該当するチケットはありません。',
  seatsLeft: (left, all) => `残り ${left} 席（全 ${all} 席）`,
  soldOut: '売り切れ',
  seats: '席数',
  perSeat: '1 席',
  see: '詳細と予約',
  reserve: '予約する',
  logInToReserve: 'ログインして予約する',
  seatCount: seats => `${seats} 席`,
  cancel: '取り消す',
  cancelled: '取消済み',
  reallyCancel: title => `${title} の予約を取り消しますか？`,
  keep: '取り消さない',
  noReservations: '予約はありません。',
  made: id => `予約 ${id} が完了しました。`,
  isCancelled: id => `予約 ${id} を取り消しました。座席は空席に戻ります。`,
  you: 'ご本人',
  madeHere: when => `がこのサイトで予約（${when}）`,
  madeForYou: when => `が代理で予約（${when}）`,
  anApplication: 'アプリ',
  unknownMaker: '誰が予約したかは不明です（記録を始める前の予約）。',
  under: limit => `許可の内容：${limit}`,
  withoutLimit: 'トークンに上限なし',
  cancelledBy: who => `取り消した人：${who}`,
  failures: {
    'ticket-not-found': 'チケットが見つかりません。',
    'not-enough-seats': left => left === 0 ? '売り切れです。' : `座席が足りません（残り ${left} 席）。`,
    'amount-exceeds-limit': '一度にこれほど多くの席は予約できません。',
    'total-exceeded': '一度にこれほど多くの席は予約できません。',
    'idempotency-key-reused': 'このフォームは別の内容で送信済みです。新しいフォームを使ってください。',
    'reservation-not-found': 'その予約はありません。',
    'already-cancelled': 'この予約は既に取り消されています。',
    seats: '席数は 1 から 1,000,000 までの整数で入力してください。'
  },
  applicationsIntro: '以下のアプリにチケットの利用を許可しています。取り消すと、次の予約・取り消しから直ちに拒否されます。',
  readsEndToo: '参照も直ちに拒否されます。',
  readsGoOn: seconds => seconds === 0
    ? '参照も直ちに拒否されます。'
    : `参照だけの呼び出しには、${seconds === undefined ? 'しばらくの間' : `最大 ${seconds} 秒間`}応答することがあります（ゲートウェイがトークンについての回答を保持するため）。`,
  nameIsItsOwn: '名称はアプリの自己申告です',
  sendsYouBackTo: '戻り先',
  revoke: '許可を取り消す',
  reallyRevoke: name => `${name} への許可をすべて取り消しますか？`,
  revoked: 'アプリへの許可を取り消しました。',
  noApplications: '代理を許可したアプリはありません。',
  allowedOn: '許可日時',
  limit: '上限',
  usedSoFar: amount => `このアプリによる有効な予約：${amount}`,
  scopes: {
    'mcp:tickets:read': 'チケットと予約の参照',
    'mcp:tickets:write': '予約と取り消し',
    openid: 'あなたが誰かを知る'
  },
  notOffered: 'この認可サーバーでは、ここからアプリの許可を取り消せません。認可サーバーで取り消してください。代理で予約したアプリ：',
  atTheServer: '認可サーバーへ',
  applicationsDown: '認可サーバーが応答しないため、許可したアプリを表示できず、取り消しもできません。',
  logInAgain: '認可サーバーがこのログインを認識していません。ログアウトして、もう一度ログインしてください。',
  loginFailed: { title: 'ログインしていません', text: 'ログインが完了しなかったか、開始から 10 分を超えたか、別のブラウザーで開始されています。' },
  loginNeeded: { title: 'ログインしてください', text: 'このページは本人だけが見られます。' },
  tooOld: { title: 'このフォームは古くなっています', text: '何も変更していません。戻って、もう一度送信してください。' },
  foreign: { title: 'このフォームは別のサイトから送信されました', text: '何も変更していません。' },
  notFound: { title: 'ページが見つかりません', text: '別の人のものかもしれません。' },
  storageDown: { title: 'いまチケットを読み込めません', text: 'データベースが応答しません。数秒後にもう一度お試しください。' },
  failed: { title: '失敗しました', text: '詳細は不明です。もう一度お試しください。' },
  back: '戻る',
  words: {
    actions: { both: '予約と取り消し', book: '予約', cancel: '取り消し' },
    perReservation: amount => `1 件につき ${amount} まで`,
    inTotal: amount => `合計 ${amount} まで`,
    onlyTickets: ids => `チケット ${ids} のみ`,
    until: time => `${time} まで`,
    separator: '、'
  }
}

export const SHOP_TEXTS: Readonly<Record<Locale, ShopTexts>> = { en, ja }
