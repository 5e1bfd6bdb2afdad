// Writes the generated parts of the documents and checks the rest of them. With --check nothing is written.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { readCommandLine } from './command-line.ts'
import { checkAnchors, checkShellScripts, checkSourceLinks } from './docs/anchors.ts'
import { checkFiles } from './docs/check-rules.ts'
import { checkCodeBlocks, codeBlockFiles } from './docs/code-blocks.ts'
import { commandHelpFiles } from './docs/command-help.ts'
import { configurationFiles } from './docs/configuration.ts'
import type { DocumentCheck, GeneratedFile } from './docs/document.ts'
import { checkErrorCodes } from './docs/errors.ts'
import { featureFiles } from './docs/features.ts'
import { fieldCaseFiles } from './docs/field-cases.ts'
import { checkJapaneseForms } from './docs/japanese-forms.ts'
import { checkNavigation } from './docs/navigation.ts'
import { checkPaths } from './docs/paths.ts'
import { checkPlainWords } from './docs/plain-words.ts'
import { checkPromises } from './docs/promises.ts'
import { checkReferences } from './docs/references.ts'
import { richAuthorizationFiles } from './docs/rich-authorization.ts'
import { roomFiles } from './docs/rooms.ts'
import { toolFiles } from './docs/tools.ts'
import { checkTutorials } from './docs/tutorial.ts'
import { triedServers } from './docs/tried-servers.ts'
import { upstreamFiles } from './docs/upstreams.ts'

const USAGE = `Usage: npm run docs:generate          writes what is generated in config/ and docs/
       npm run docs:check             ends with 1 when something is out of date or points nowhere
`

const GENERATED: readonly GeneratedFile[] = [
  ...checkFiles, ...commandHelpFiles, ...configurationFiles, ...featureFiles, ...fieldCaseFiles,
  ...roomFiles, ...toolFiles, ...richAuthorizationFiles,
  ...codeBlockFiles, ...upstreamFiles, triedServers
]
const CHECKS: readonly DocumentCheck[] = [
  checkReferences, checkAnchors, checkSourceLinks, checkShellScripts, checkPaths, checkNavigation,
  checkTutorials, checkCodeBlocks, checkErrorCodes, checkPromises, checkPlainWords, checkJapaneseForms
]

const { check } = readCommandLine(USAGE, { check: { type: 'boolean' } })

const stale = GENERATED.flatMap(({ file, render }) => {
  const current = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  const wanted = render(current)
  if (current === wanted) return []
  if (check !== true) writeFileSync(file, wanted)
  return [check === true ? `${file}: out of date; run npm run docs:generate` : `${file}: written`]
})

const problems = check === true ? [...stale, ...CHECKS.flatMap(run => run())] : []
for (const line of [...problems, ...(check === true ? [] : stale)]) process.stdout.write(`${line}\n`)
if (problems.length > 0) process.exitCode = 1
