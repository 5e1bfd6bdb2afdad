// TypeScript in the documents: each ```ts block follows <!-- include: file --> or <!-- include: file#region --> and equals that file, or
// the lines between `// #region region` and `// #endregion` in it. The compiler and the tests check the files.

import { existsSync, readFileSync } from 'node:fs'
import { fencesOf } from './markdown.ts'
import type { GeneratedFile } from './document.ts'
import { documentFiles } from './references.ts'

const INCLUDE = /^<!-- include: ([\w./-]+\.ts)(?:#([\w-]+))? -->$/

const BLOCK = /(<!-- include: ([\w./-]+\.ts)(?:#([\w-]+))? -->\n)```ts\n(?:[^]*?\n)??```(?=\n|$)/g

/** Writes each block that follows an include. A file or a region that does not exist is left for the check. */
export const codeBlockFiles: readonly GeneratedFile[] = documentFiles().map(file => ({
  file,
  render: (page = '') => page.replace(BLOCK, (block: string, include: string, source: string, region: string | undefined) => {
    if (!existsSync(source)) return block
    const text = region === undefined ? wholeOf(source) : regionOf(source, region)
    return text === undefined ? block : `${include}\`\`\`ts\n${text}\n\`\`\``
  })
}))

export function checkCodeBlocks (): string[] {
  return documentFiles().flatMap(file => {
    const blocks = fencesOf(readFileSync(file, 'utf8')).filter(({ language }) => language === 'ts' || language === 'typescript')
    return blocks.flatMap(({ text, line, lineBefore }) => {
      const [, source, region] = INCLUDE.exec(lineBefore.trim()) ?? []
      if (source === undefined) return [`${file}:${line}: TypeScript without <!-- include: file.ts --> above it`]
      if (!existsSync(source)) return [`${file}:${line}: there is no ${source}`]
      const wanted = region === undefined ? wholeOf(source) : regionOf(source, region)
      if (wanted === undefined) return [`${file}:${line}: ${source} has no region ${region ?? ''}`]
      return text.trimEnd() === wanted ? [] : [`${file}:${line}: differs from ${source}${region === undefined ? '' : `#${region}`}`]
    })
  })
}

function wholeOf (source: string): string {
  return readFileSync(source, 'utf8').trimEnd()
}

function regionOf (source: string, region: string): string | undefined {
  const lines = readFileSync(source, 'utf8').split('\n')
  const start = lines.findIndex(line => line.trim() === `// #region ${region}`)
  const length = lines.slice(start + 1).findIndex(line => line.trim() === '// #endregion')
  if (start === -1 || length === -1) return undefined
  const inside = lines.slice(start + 1, start + 1 + length)
  const indent = Math.min(...inside.filter(line => line.trim() !== '').map(line => line.search(/\S/)))
  return inside.map(line => line.slice(indent)).join('\n').trim()
}
