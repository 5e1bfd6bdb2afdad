// One line of the `doctor` report, in plain words for the operator. It contains no token and no secret; text that a server sent is
// shown as printable ASCII, shortened.

/** `problem`: the gateway would not work. `warning`: some clients or tokens would not. `unknown`: it could not be checked. */
export type State = 'good' | 'warning' | 'problem' | 'unknown'

export interface Diagnosis {
  /** Stable identifier for programs, dotted and in lower case. */
  readonly check: string
  readonly state: State
  /** What was found. */
  readonly found: string
  /** What to do about it; absent when there is nothing to do. */
  readonly remedy: string | undefined
}

export function good (check: string, found: string): Diagnosis {
  return { check, state: 'good', found, remedy: undefined }
}

export function warning (check: string, found: string, remedy: string): Diagnosis {
  return { check, state: 'warning', found, remedy }
}

export function problem (check: string, found: string, remedy: string): Diagnosis {
  return { check, state: 'problem', found, remedy }
}

export function unknown (check: string, found: string): Diagnosis {
  return { check, state: 'unknown', found, remedy: undefined }
}
