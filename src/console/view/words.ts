// Every text of the page, in one shape for both languages: a sentence that one of them lacks does not compile.

export interface Words {
  readonly title: string
  readonly live: string
  readonly offline: string
  readonly paused: (waiting: number) => string
  readonly replay: (at: string) => string
  readonly replayHint: string
  readonly buttons: Readonly<Record<
    'pause' | 'resume' | 'save' | 'open' | 'leaveReplay' | 'size' | 'language' | 'theme' | 'keys' | 'back' | 'copy', string
  >>
  readonly filters: Readonly<Record<
    'title' | 'person' | 'client' | 'tool' | 'outcome' | 'all' | 'allowed' | 'refused' | 'undecided' | 'running', string
  >>
  readonly list: string
  readonly empty: string
  readonly choose: string
  readonly unknownPerson: string
  readonly dropped: (count: number) => string
  readonly notASession: (line: number) => string
  readonly headings: Readonly<Record<'told' | 'remedy' | 'steps' | 'checks' | 'reply' | 'limits', string>>
  readonly used: Readonly<Record<'heading' | 'before' | 'after' | 'held', string>>
  readonly explainedAfterwards: string
  readonly columns: Readonly<Record<'check' | 'outcome' | 'compared' | 'source', string>>
  readonly needed: string
  readonly callNeeds: string
  readonly personAllowed: (person: string) => string
  readonly found: string
  readonly nothing: string
  readonly hidden: (count: number) => string
  readonly lanes: Readonly<Record<'client' | 'gateway' | 'authorization-server' | 'tool' | 'upstream', string>>
  readonly steps: Readonly<Record<
    'arrived' | 'cache' | 'asked' | 'answered' | 'decided' | 'tool-started' | 'tool-ended' | 'answer', string
  >>
  readonly phases: Readonly<Record<string, string>>
  readonly checks: Readonly<Record<string, string>>
  readonly outcomes: Readonly<Record<string, string>>
  /** By `reason:remark`, or by what it begins with. */
  readonly verdicts: Readonly<Record<string, string>>
  readonly otherRefusal: string
  readonly next: Readonly<Record<string, string>>
  readonly reply: Readonly<Record<'kept' | 'keptAged' | 'asked' | 'joined' | 'live', string>>
  readonly retryOf: (number: number) => string
  readonly probablyRetryOf: (number: number) => string
  readonly retriedIn: (number: number) => string
  readonly keys: ReadonlyArray<readonly [key: string, what: string]>
}
