// How often was a program started? Each start adds one byte to a file.

import { appendFileSync, existsSync, statSync } from 'node:fs'

export function countStart (file: string | undefined): void {
  if (file !== undefined && file !== '') appendFileSync(file, '.')
}

export function startsIn (file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}
