// The messages in docs/rich-authorization.md, captured from a run of the gateway and the practice server.

import { replaceSection, type GeneratedFile } from './document.ts'
import { walkRemediation } from './remediation-walk.ts'

const walk = await walkRemediation()

export const richAuthorizationFiles: readonly GeneratedFile[] = [{
  file: 'docs/rich-authorization.md',
  render: current => [...walk].reduce((page, [name, text]) => replaceSection(page, name, text), current ?? '')
}]
