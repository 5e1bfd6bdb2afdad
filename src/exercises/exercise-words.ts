// The shape of all texts of the exercises: one that a language lacks does not compile.

import type { ExerciseId } from './exercise.ts'
import type { Hint } from './hint.ts'

interface ExerciseText {
  readonly title: string
  readonly goal: string
  readonly inspector: string
}

export interface ExerciseTexts {
  readonly mine: string
  readonly theClass: string
  readonly everybody: string
  readonly choose: string
  readonly practice: string
  readonly otherLanguage: string
  readonly progress: (done: number, all: number) => string
  readonly allDone: string
  readonly doneAt: (time: string) => string
  readonly requests: (numbers: string) => string
  readonly seconds: (seconds: number) => string
  readonly commands: string
  readonly beforeCommands: string
  readonly copy: string
  readonly copied: string
  readonly withInspector: string
  readonly last: string
  readonly nothingYet: string
  readonly figures: Readonly<Record<'here' | 'most' | 'stuck' | 'unowned', string>>
  readonly refusals: string
  readonly noRefusals: string
  readonly person: string
  readonly cell: Readonly<Record<'done' | 'at-it' | 'stuck' | 'open', string>>
  readonly offline: string
  readonly missed: (count: number) => string
  readonly reset: string
  readonly resetMore: string
  readonly resetSure: string
  readonly resetDone: Readonly<Record<'progress' | 'tickets' | 'lab', string>>
  readonly resetFailed: string
  readonly refusedHere: Readonly<Record<'foreign-host' | 'foreign-origin' | 'teacher-only' | 'not-found', string>>
  readonly reasons: Readonly<Record<string, string>>
  readonly hints: Readonly<Record<Hint, string>>
  readonly exercises: Readonly<Record<ExerciseId, ExerciseText>>
}
