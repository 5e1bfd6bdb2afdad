// The section of docs/conformance.md about standards: how many requirements come from each document, and drafts statement by statement.

import { requirements } from '../requirements.ts'
import { citingFiles } from '../support/citations.ts'
import { BUILT_DRAFTS, type BuiltDraft } from './draft-statements.ts'

/** Documents that are no drafts, by the beginning of a source. */
const STANDARDS: ReadonlyArray<readonly [title: string, beginning: string]> = [
  ['MCP 2026-07-28', 'https://modelcontextprotocol.io/specification/2026-07-28/'],
  ['MCP 2025-11-25', 'https://modelcontextprotocol.io/specification/2025-11-25/'],
  ['RFC 6749, OAuth 2.0', 'https://www.rfc-editor.org/rfc/rfc6749'],
  ['RFC 6750, bearer tokens', 'https://www.rfc-editor.org/rfc/rfc6750'],
  ['RFC 7009, revocation', 'https://www.rfc-editor.org/rfc/rfc7009'],
  ['RFC 7519, JWT', 'https://www.rfc-editor.org/rfc/rfc7519'],
  ['RFC 7523, assertions', 'https://www.rfc-editor.org/rfc/rfc7523'],
  ['RFC 7591, client registration', 'https://www.rfc-editor.org/rfc/rfc7591'],
  ['RFC 7662, introspection', 'https://www.rfc-editor.org/rfc/rfc7662'],
  ['RFC 8414, server metadata', 'https://www.rfc-editor.org/rfc/rfc8414'],
  ['RFC 8693, token exchange', 'https://www.rfc-editor.org/rfc/rfc8693'],
  ['RFC 8705, mutual TLS', 'https://www.rfc-editor.org/rfc/rfc8705'],
  ['RFC 8707, resource indicators', 'https://www.rfc-editor.org/rfc/rfc8707'],
  ['RFC 8725, JWT practices', 'https://www.rfc-editor.org/rfc/rfc8725'],
  ['RFC 9068, JWT access tokens', 'https://www.rfc-editor.org/rfc/rfc9068'],
  ['RFC 9207, issuer in answers', 'https://www.rfc-editor.org/rfc/rfc9207'],
  ['RFC 9396, rich authorization requests', 'https://www.rfc-editor.org/rfc/rfc9396'],
  ['RFC 9449, DPoP', 'https://www.rfc-editor.org/rfc/rfc9449'],
  ['RFC 9470, step-up', 'https://www.rfc-editor.org/rfc/rfc9470'],
  ['RFC 9700, security practices', 'https://www.rfc-editor.org/rfc/rfc9700'],
  ['RFC 9701, signed introspection', 'https://www.rfc-editor.org/rfc/rfc9701'],
  ['RFC 9728, resource metadata', 'https://www.rfc-editor.org/rfc/rfc9728'],
  ['AuthZEN Authorization API 1.0', 'https://openid.net/specs/authorization-api-1_0.html']
]

export function renderStandards (): string {
  const cited = citingFiles()
  const rows = STANDARDS.map(([title, beginning]) => {
    const found = Object.entries(requirements).filter(([, { source }]) => source.startsWith(beginning))
    const files = new Set(found.flatMap(([id]) => cited.get(id) ?? []))
    return `| [${title}](${beginning}) | ${sectionsOf(found.map(([, { source }]) => source))} | ${found.length} | ${files.size} |`
  })
  return `## Standards

Each requirement is a sentence with the section it comes from and at least one test; [features.md](features.md) lists them. Sections
are numbers of an RFC, or pages of MCP.

| document | sections | requirements | test files |
| --- | --- | --- | --- |
${rows.join('\n')}

### Drafts, statement by statement

What a draft demands, what is built, and the tests. Reports for the authors are in [drafts](drafts/README.md).

${BUILT_DRAFTS.map(draft => draftTable(draft, cited)).join('\n\n')}`
}

function sectionsOf (sources: readonly string[]): string {
  const names = sources.map(source => {
    const { pathname, hash } = new URL(source)
    const number = /^#(?:section|name)-([\d.]+)/.exec(hash)?.[1]
    return number ?? (pathname.startsWith('/specification/') ? pathname.split('/').slice(3).join('/') : '')
  })
  const known = [...new Set(names.filter(name => name !== ''))]
  return known.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true })).join(', ')
}

function draftTable ({ title, source, text, statements }: BuiltDraft, cited: ReadonlyMap<string, readonly string[]>): string {
  const rows = statements.map(({ section, says, here, shownBy }) => {
    const files = [...new Set(shownBy.flatMap(id => cited.get(id) ?? []))]
    const tests = [...shownBy, ...files.map(file => `test/${file}`)].map(name => `\`${name}\``).join(' ')
    return `| ${section} | ${says} | ${here} | ${tests} |`
  })
  return `**[${title}](${source})**: ${text}.

| section | statement | here | requirements and tests |
| --- | --- | --- | --- |
${rows.join('\n')}`
}
