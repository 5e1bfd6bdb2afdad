// Which texts the shop has. shop-texts.ts has them in each language.

export type Place = 'tickets' | 'reservations' | 'applications'

export interface ShopTexts {
  readonly shop: string
  readonly thisLanguage: string
  readonly practice: string
  readonly pages: string
  readonly places: Readonly<Record<Place, string>>
  readonly logIn: string
  readonly logOut: string
  readonly noOpenId: string
  readonly serverDown: string
  readonly search: string
  readonly atLeastSeats: string
  readonly nothingFound: string
  readonly seatsLeft: (left: number, all: number) => string
  readonly soldOut: string
  readonly seats: string
  readonly perSeat: string
  readonly see: string
  readonly reserve: string
  readonly logInToReserve: string
  readonly seatCount: (seats: number) => string
  readonly cancel: string
  readonly cancelled: string
  readonly reallyCancel: (title: string) => string
  readonly keep: string
  readonly noReservations: string
  readonly made: (id: number) => string
  readonly isCancelled: (id: number) => string
  readonly you: string
  readonly madeHere: (when: string) => string
  readonly madeForYou: (when: string) => string
  readonly anApplication: string
  readonly unknownMaker: string
  readonly under: (limit: string) => string
  readonly withoutLimit: string
  readonly cancelledBy: (who: string) => string
  readonly failures: {
    readonly 'ticket-not-found': string
    readonly 'not-enough-seats': (left: number) => string
    readonly 'amount-exceeds-limit': string
    readonly 'total-exceeded': string
    readonly 'idempotency-key-reused': string
    readonly 'reservation-not-found': string
    readonly 'already-cancelled': string
    readonly seats: string
  }
  readonly applicationsIntro: string
  readonly readsEndToo: string
  /** @param seconds how long the gateway may answer from its cache */
  readonly readsGoOn: (seconds: number | undefined) => string
  readonly nameIsItsOwn: string
  readonly sendsYouBackTo: string
  readonly revoke: string
  readonly reallyRevoke: (name: string) => string
  readonly revoked: string
  readonly noApplications: string
  readonly allowedOn: string
  readonly limit: string
  readonly usedSoFar: (amount: string) => string
  readonly scopes: Readonly<Record<string, string>>
  readonly notOffered: string
  readonly atTheServer: string
  readonly applicationsDown: string
  readonly logInAgain: string
  readonly loginFailed: { readonly title: string, readonly text: string }
  readonly loginNeeded: { readonly title: string, readonly text: string }
  readonly tooOld: { readonly title: string, readonly text: string }
  readonly foreign: { readonly title: string, readonly text: string }
  readonly notFound: { readonly title: string, readonly text: string }
  readonly storageDown: { readonly title: string, readonly text: string }
  readonly failed: { readonly title: string, readonly text: string }
  readonly back: string
  readonly words: LimitWords
}

/** For a limit in words. */
interface LimitWords {
  readonly actions: Readonly<Record<'both' | 'book' | 'cancel', string>>
  readonly perReservation: (amount: string) => string
  readonly inTotal: (amount: string) => string
  readonly onlyTickets: (ids: string, many: boolean) => string
  readonly until: (time: string) => string
  readonly separator: string
}
