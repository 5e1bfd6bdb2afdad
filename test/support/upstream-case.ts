// One row of the table of what goes wrong with other MCP servers: test/support/upstream-cases.ts.

export interface UpstreamCase {
  readonly happens: string
  readonly expected: string
  /** Files under `test`, and in each the beginning of the names of tests. */
  readonly shownBy: Readonly<Record<string, readonly string[]>>
}

export const row = (happens: string, expected: string, shownBy: UpstreamCase['shownBy']): UpstreamCase => ({ happens, expected, shownBy })
