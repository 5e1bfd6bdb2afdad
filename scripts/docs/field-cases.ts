// The sections "Drafts", "Standards" and "Cases from the field" of docs/conformance.md. The run of the suites writes the whole page; this
// keeps the three right between two runs.

import { DRAFTS } from '../../test/conformance/drafts.ts'
import { renderFieldCases } from '../../test/conformance/field-cases.ts'
import { renderStandards } from '../../test/conformance/standards.ts'
import type { GeneratedFile } from './document.ts'

const FIRST_HEADING = '## Drafts'

export const fieldCaseFiles: readonly GeneratedFile[] = [{
  file: 'docs/conformance.md',
  render (current = '') {
    const start = current.indexOf(`\n${FIRST_HEADING}\n`)
    const before = (start === -1 ? current : current.slice(0, start)).trimEnd()
    return `${before}\n\n${DRAFTS.trimEnd()}\n\n${renderStandards()}\n\n${renderFieldCases()}\n`
  }
}]
