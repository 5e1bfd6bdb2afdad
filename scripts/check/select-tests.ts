// Selects test files by the names of a command line: a test file, a part of its path, or a source file, which selects the
// tests that import it. Pure: the files and what they import are handed in.

export interface TestTree {
  readonly tests: readonly string[]
  /** The files that a file imports, paths from the root of the repository. */
  readonly importsOf: ReadonlyMap<string, readonly string[]>
}

/** @returns the test files in the order of the tree, or the first name that selects none */
export function selectTests ({ tests, importsOf }: TestTree, names: readonly string[]): { files: string[] } | { unknown: string } {
  const selected = new Set<string>()
  for (const name of names) {
    const path = name.replace(/^(?:\.\/)+/, '')
    const found = importsOf.has(path) && !tests.includes(path) ? testsOf(path, tests, importsOf) : testsNamed(path, tests)
    if (found.length === 0) return { unknown: name }
    for (const file of found) selected.add(file)
  }
  return { files: tests.filter(file => selected.has(file)) }
}

/** A whole name selects that file alone: `unit/config` is not `unit/config-file`. */
function testsNamed (path: string, tests: readonly string[]): string[] {
  const whole = tests.filter(file => [file, file.replace(/\.test\.ts$/, '')].some(form => form === path || form.endsWith(`/${path}`)))
  return whole.length > 0 ? whole : tests.filter(file => file.includes(path))
}

/** The tests that import the file, or, where there are none, those nearest to it by the number of imports. */
function testsOf (path: string, tests: readonly string[], importsOf: TestTree['importsOf']): string[] {
  const seen = new Set([path])
  for (let level = [path]; level.length > 0;) {
    const importers = [...importsOf]
      .filter(([file, imports]) => !seen.has(file) && imports.some(imported => level.includes(imported)))
      .map(([file]) => file)
    const found = importers.filter(file => tests.includes(file))
    if (found.length > 0) return found
    for (const file of importers) seen.add(file)
    level = importers
  }
  return []
}
