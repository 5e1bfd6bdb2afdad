// Ways to a document and within it: README.md leads to each document in two clicks, and a long document begins with its contents.

import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { withoutCode } from './markdown.ts'
import { documentFiles } from './references.ts'

const START = 'README.md'
const CLICKS = 2
const LONG_LINES = 300
const BEGINNING_LINES = 60
const FEWEST_ENTRIES = 3
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+\.md)(?:#[^)\s]*)?\)/g

export function checkNavigation (): string[] {
  return [...unreachable(), ...withoutContents()]
}

function unreachable (): string[] {
  let reached = new Set([START])
  for (let click = 0; click < CLICKS; click += 1) reached = new Set([...reached, ...[...reached].flatMap(linksOf)])
  return documentFiles().filter(file => !reached.has(file)).map(file => `${file}: more than ${CLICKS} clicks away from ${START}`)
}

function linksOf (file: string): string[] {
  return [...withoutCode(readFileSync(file, 'utf8')).matchAll(LINK)].map(match => normalize(join(dirname(file), match[1] ?? '')))
}

function withoutContents (): string[] {
  return documentFiles().flatMap(file => {
    const lines = readFileSync(file, 'utf8').split('\n')
    const entries = lines.slice(0, BEGINNING_LINES).join('\n').match(/\]\(#/g) ?? []
    return lines.length <= LONG_LINES || entries.length >= FEWEST_ENTRIES
      ? []
      : [`${file}: has more than ${LONG_LINES} lines and no contents in the first ${BEGINNING_LINES}`]
  })
}
