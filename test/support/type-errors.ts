// The type errors of TypeScript sources that are not in the project. One program checks all of them, with the strictest settings
// of a host: nothing of the public types may hide behind skipLibCheck.

import { join } from 'node:path'
import type { Test } from 'tap'
import ts from 'typescript'

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: ['node']
}

/** For each source, by name, the last line of each of its errors, without indentation, object types as {…}. */
function typeErrorsOf (sources: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  const fileOf = (name: string) => join(process.cwd(), 'test', 'types', `${name}.virtual.ts`)
  const names = Object.keys(sources)
  const texts = new Map(names.map(name => [fileOf(name), sources[name]]))
  const disk = ts.createCompilerHost(OPTIONS)
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: file => texts.has(file) || disk.fileExists(file),
    readFile: file => texts.get(file) ?? disk.readFile(file),
    getSourceFile (file, ...rest) {
      const text = texts.get(file)
      return text === undefined ? disk.getSourceFile(file, ...rest) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2023)
    }
  }
  const program = ts.createProgram([...texts.keys()], OPTIONS, host)
  return Object.fromEntries(names.map(name => {
    const source = program.getSourceFile(fileOf(name))
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return [name, diagnostics.map(({ messageText }) => lastLineOf(messageText))]
  }))
}

/** A type that is written out, `'{ a: string; }'`, is long and says what the reader has typed. */
function lastLineOf (message: string | ts.DiagnosticMessageChain): string {
  const line = ts.flattenDiagnosticMessageText(message, '\n').split('\n').at(-1) ?? ''
  return line.trim().replace(/'\{.*?(?:\}|\.\.\.)'(?=[ .])/g, '{…}')
}

/** Asserts that every source of `right` compiles, and that the first error of each of `wrong` ends with the line beside it. */
export function checkDeclarations (
  t: Test, right: Readonly<Record<string, string>>, wrong: Readonly<Record<string, readonly [source: string, lastLine: string]>>
): void {
  const sources = Object.entries(wrong).map(([name, [source]]) => [name, source] as const)
  const found = typeErrorsOf({ ...right, ...Object.fromEntries(sources) })
  t.strictSame(Object.keys(right).flatMap(name => found[name]?.map(line => `${name}: ${line}`)), [])
  const said = Object.fromEntries(Object.keys(wrong).map(name => [name, found[name]?.[0]]))
  t.strictSame(said, Object.fromEntries(Object.entries(wrong).map(([name, [, line]]) => [name, line])))
}
