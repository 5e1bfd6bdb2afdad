// Who looks on while a request is decided? The port between the request and the console (src/console). Without a viewer `watched` is
// false and no object is made.

import type { CallNotes } from './call-notes.ts'
import type { DecisionRecord } from './decision-record.ts'

/** The notes about one request. No method throws. */
export interface RequestNotes extends CallNotes {
  /** @param record complete */
  readonly decided: (record: Readonly<DecisionRecord>) => void
  /**
   * The connection is done with the request.
   * @param challenge the value of `WWW-Authenticate`, where there was one
   * @param left the caller went away before the whole answer was sent
   */
  readonly ended: (challenge: string | undefined, left: boolean) => void
}

export interface RequestWatch {
  /** A field and no call: the one thing that each request looks at. */
  readonly watched: boolean
  /** Only while `watched`. `undefined`: there are too many requests to note this one. */
  readonly begin: () => RequestNotes | undefined
}
