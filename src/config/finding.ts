// What a rule found about a member: its path, and a sentence for the operator.

export interface Finding {
  /** The member, dotted from the root of the file. */
  readonly path: string
  readonly message: string
}
