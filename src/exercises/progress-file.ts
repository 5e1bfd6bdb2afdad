// The file that keeps ticks over a restart of the exercises. It is written to a neighbour and renamed, so that it is never half a file; one
// that cannot be read counts as none, because ticks can be earned again.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isJsonObject, type JsonValue } from '../kernel/json.ts'
import type { KeptProgress, Tick, Ticks } from './class-book.ts'
import { EXERCISES } from './exercise.ts'

export function readProgress (file: string): KeptProgress | undefined {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as JsonValue
    if (!isJsonObject(value) || typeof value['since'] !== 'number' || !isJsonObject(value['ticks'])) return undefined
    const people = Object.entries(value['ticks']).map(([login, ticks]: [string, JsonValue]) => [login, readTicks(ticks)] as const)
    return { since: value['since'], ticks: Object.fromEntries(people) }
  } catch {
    return undefined
  }
}

function readTicks (value: JsonValue): Ticks {
  if (!isJsonObject(value)) return {}
  return Object.fromEntries(EXERCISES.flatMap(id => {
    const tick = readTick(value[id])
    return tick === undefined ? [] : [[id, tick] as const]
  }))
}

function readTick (value: JsonValue | undefined): Tick | undefined {
  if (!isJsonObject(value)) return undefined
  const { at, numbers, seconds } = value
  if (typeof at !== 'number' || typeof seconds !== 'number' || !Array.isArray(numbers)) return undefined
  return { at, seconds, numbers: numbers.filter((one): one is number => typeof one === 'number') }
}

/** @throws the error of the file system */
export function writeProgress (file: string, progress: KeptProgress): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(progress)}\n`)
  renameSync(`${file}.new`, file)
}
