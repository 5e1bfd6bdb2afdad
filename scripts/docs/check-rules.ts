// Which rules does the check of MCP servers have? The table of docs/check.md, from the rules themselves.

import { RULES } from '../../src/check/inspect.ts'
import { replaceSection, table, type GeneratedFile } from './document.ts'

function rules (): string {
  return table(['rule', 'level', 'what is true when it is kept', 'asked for by'], Object.entries(RULES).map(([rule, { level, title, source }]) => [`\`${rule}\``, level, title, `[source](${source})`]))
}

export const checkFiles: readonly GeneratedFile[] = [
  { file: 'docs/check.md', render: current => replaceSection(current ?? '', 'rules', rules()) }
]
