// The section "Cases from the field" of docs/conformance.md. The run of the suites writes the whole page; this keeps the section right
// between two runs.

import { renderFieldCases } from '../../test/conformance/field-cases.ts'
import type { GeneratedFile } from './document.ts'

const HEADING = '## Cases from the field'

export const fieldCaseFiles: readonly GeneratedFile[] = [{
  file: 'docs/conformance.md',
  render (current = '') {
    const start = current.indexOf(HEADING)
    return `${(start === -1 ? current : current.slice(0, start)).trimEnd()}\n\n${renderFieldCases()}\n`
  }
}]
