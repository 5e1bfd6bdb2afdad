// The type errors of TypeScript sources that are not in the project. One program checks all of them, with the strictest settings
// of a host: nothing of the public types may hide behind skipLibCheck.

import { join } from 'node:path'
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

/** For each source, by name, the last line of each of its errors, without indentation. */
export function typeErrorsOf (sources: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
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
    return [name, diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').split('\n').at(-1)?.trim() ?? '')]
  }))
}
