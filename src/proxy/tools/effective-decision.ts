// The decision about one tool with its template filled in, and complete: what it needs is stated, or it is a mistake.

import type { Finding } from '../../config/finding.ts'
import { nearestName } from '../../config/nearest-name.ts'
import type { UpstreamDeclaration } from '../../config/upstream/upstream-schema.ts'
import type { Decision } from '../../config/upstream/upstream-tool-schema.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

export type EffectiveDecision = Omit<Decision, 'like' | 'everyone'> & {
  readonly effect: 'read' | 'change'
  readonly scopes: readonly string[]
  readonly freshness: 'cached' | 'fresh'
}

export function effectiveDecision (
  { like, ...own }: Decision, templates: UpstreamDeclaration['templates']
): Result<EffectiveDecision, readonly Finding[]> {
  const template = like !== undefined && Object.hasOwn(templates, like) ? templates[like] : undefined
  if (like !== undefined && template === undefined) {
    const nearest = nearestName(like, Object.keys(templates))
    return err([{ path: 'like', message: nearest === undefined ? 'no such template' : `no such template; did you mean ${nearest}?` }])
  }
  if (template?.like !== undefined) return err([{ path: 'like', message: 'expected a template without like' }])
  const { everyone = false, effect, scopes, freshness, ...others } = { ...template, ...own }
  const findings: Finding[] = []
  if (effect === undefined) findings.push({ path: 'effect', message: 'missing; expected read or change' })
  if (scopes === undefined) findings.push({ path: 'scopes', message: 'missing; expected a list of scopes' })
  else if (scopes.length === 0 && !everyone) {
    findings.push({ path: 'scopes', message: 'expected a scope; an empty list only together with "everyone": true' })
  } else if (scopes.length > 0 && everyone) findings.push({ path: 'everyone', message: 'expected nothing: the tool needs scopes' })
  if (effect === undefined || scopes === undefined || findings.length > 0) return err(findings)
  return ok({ ...others, effect, scopes, freshness: freshness ?? (effect === 'change' ? 'fresh' : 'cached') })
}
