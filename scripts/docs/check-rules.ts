// The table of rules in docs/check.md, from the rules of the check.

import { RULES } from '../../src/check/inspect.ts'
import { replaceSection, table, type GeneratedFile } from './document.ts'

function rules (): string {
  const rows = Object.entries(RULES).map(([rule, { level, title, source }]) => [`\`${rule}\``, level, title, `[source](${source})`])
  return table(['rule', 'level', 'what the rule demands', 'specification'], rows)
}

export const checkFiles: readonly GeneratedFile[] = [
  { file: 'docs/check.md', render: current => replaceSection(current ?? '', 'rules', rules()) }
]
