// What the gateway has and has not: the lists of README.md and docs/features.md, from test/requirements.ts and its areas. What it
// has not comes from the baselines of the conformance suites, which fail when a listed scenario passes.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { areas } from '../../test/requirement-areas.ts'
import { requirements } from '../../test/requirements.ts'
import { replaceSection, type GeneratedFile } from './document.ts'

const BASELINES = 'test/conformance'

interface ListedArea { readonly area: string, readonly title: string }

/** The areas of each group, in their order. */
const groups = new Map<string, ListedArea[]>()
for (const [area, { group, title }] of Object.entries(areas)) groups.set(group, [...groups.get(group) ?? [], { area, title }])

function listed (one: (area: ListedArea) => string): string {
  return [...groups].map(([group, its]) => `- **${group}**: ${its.map(one).join('; ')}`).join('\n')
}

function features (): string {
  return [...groups].map(([group, its]) => `## ${group}\n\n${its.map(section).join('\n\n')}`).join('\n\n')
}

function section ({ area, title }: ListedArea): string {
  const behaviours = Object.entries(requirements).filter(([id]) => id.startsWith(`${area}.`))
    .map(([id, { behaviour, source }]) => `- ${behaviour.replace(/\.$/, '')} ([source](${source}), \`${id}\`)`)
  return `<a id="${area}"></a>\n\n### ${title[0]?.toUpperCase() ?? ''}${title.slice(1)}\n\n${behaviours.join('\n')}`
}

function sections (): Readonly<Record<string, string>> {
  return { contents: listed(({ area, title }) => `[${title}](#${area})`), absences: absences(), features: features() }
}

/** The reasons of the baselines, once each. */
function absences (): string {
  const reasons = readdirSync(BASELINES).filter(name => name.endsWith('.yml'))
    .flatMap(name => [...readFileSync(join(BASELINES, name), 'utf8').matchAll(/^ +- \S+ # (no .+)$/gm)])
    .map(match => match[1] ?? '')
  return [...new Set(reasons)].toSorted().map(reason => `- ${reason}`).join('\n')
}

export const featureFiles: readonly GeneratedFile[] = [
  { file: 'README.md', render: current => replaceSection(current ?? '', 'features', listed(({ title }) => title)) },
  {
    file: 'docs/features.md',
    render: current => Object.entries(sections()).reduce((page, [name, content]) => replaceSection(page, name, content), current ?? '')
  }
]
