// What did the tests show? Reads the TAP that tap writes, counts assertions, and tells each failure so that it can be
// found. A file that crashed, ran out of time or tested nothing is a failure.

import { Parser, type Result } from 'tap-parser'
import { isJsonObject } from '../../src/kernel/json.ts'

interface TestTally {
  readonly passed: number
  readonly skipped: number
  /** One readable text for each failure. */
  readonly failures: string[]
}

/** Reads TAP as it is written; call `end` after the last piece. */
export interface TapReader {
  readonly write: (piece: Buffer) => void
  readonly end: () => TestTally
}

/** @param onFile one line for each test file, when it is over */
export function createTapReader (onFile: (line: string) => void): TapReader {
  return readTap([], onFile)
}

/**
 * Reads the TAP of one test file that was run without tap's own runner.
 * @param onText a line that is not TAP: what the test prints
 */
export function createFileReader (file: string, onText: (line: string) => void): TapReader {
  return readTap([file], () => {}, onText)
}

function readTap (start: readonly string[], onFile: (line: string) => void, onText?: (line: string) => void): TapReader {
  const counts = { passed: 0, skipped: 0 }
  const failures: string[] = []
  const root = new Parser()

  watch(root, start)
  return {
    write: piece => { root.write(piece) },
    end: () => {
      root.end()
      return { ...counts, failures }
    }
  }

  function watch (parser: Parser, path: readonly string[]): void {
    let failuresBefore: number | undefined
    if (onText !== undefined) parser.on('extra', (text: string) => { onText(text.trimEnd()) })
    // A file that is left out as a whole, with its reason. tap's own runner says it in the line of the file.
    parser.on('plan', ({ end, comment }: { readonly end: number, readonly comment: string }) => {
      if (onText !== undefined && end === 0 && comment !== '') counts.skipped += 1
    })
    parser.on('child', (child: Parser) => {
      failuresBefore = failures.length
      watch(child, [...path, child.name])
    })
    parser.on('assert', (result: Result) => {
      if (failuresBefore === undefined) count(result, path)
      else if (!result.ok && failures.length === failuresBefore) failures.push(describe(result, path))
      else if (path.length === 0 && result.skip !== false) failures.push(`${result.name}: no test in it`)
      if (path.length === 0) onFile(`${result.ok ? 'ok  ' : 'FAIL'} ${sourceOf(result.name)} ${seconds(result.time)}`)
      failuresBefore = undefined
    })
  }

  function count (result: Result, path: readonly string[]): void {
    if (result.skip !== false || result.todo !== false) counts.skipped += 1
    else if (result.ok) counts.passed += 1
    else failures.push(describe(result, path))
  }
}

function describe (result: Result, path: readonly string[]): string {
  const [file = result.name, ...names] = path
  return [[sourceOf(file), ...names, result.name].join(' > '), ...details(result.diag)].join('\n')
}

function details (diag: unknown): string[] {
  if (!isJsonObject(diag)) return []
  const { at, diff, stack, signal, exitCode, expired } = diag
  const place = isJsonObject(at)
    ? [`at ${[at['fileName'], at['lineNumber']].filter(part => typeof part === 'string' || typeof part === 'number').join(':')}`]
    : []
  const ends = Object.entries({ signal, exitCode, expired })
    .flatMap(([name, value]) => value === undefined || value === null ? [] : [`${name}: ${JSON.stringify(value)}`])
  const texts = [diff, diff === undefined ? stack : undefined].filter(text => typeof text === 'string')
  return [...place, ...ends, ...texts].flatMap(text => text.trimEnd().split('\n')).map(line => `    ${line}`)
}

function sourceOf (file: string): string {
  return file.replace(/^\.build\/(.*)\.js$/, '$1.ts')
}

function seconds (ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '' : `(${(ms / 1000).toFixed(1)} s)`
}
