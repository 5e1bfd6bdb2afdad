// What is said about one thing that the gateway depends on? In plain words, for the operator. No token, no secret; what
// a server sent is shown as printable ASCII, cut short.

/** `problem`: the gateway would not work. `warning`: some clients or tokens would not. `unknown`: it could not be found out. */
export type State = 'good' | 'warning' | 'problem' | 'unknown'

export interface Diagnosis {
  /** Dotted, lower case: stable, for programs. */
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
