// What was found about choices that are right one by one? A place and a sentence.

export interface Finding {
  /** The member, dotted from the root of the file. */
  readonly path: string
  readonly message: string
}
