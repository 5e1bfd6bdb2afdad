// The request of one operation of a REST API, checked when the configuration is read: its arguments fit their places before the call is
// decided about, so that a client hears what is wrong, and a limit judges what is sent.

import type { Finding } from '../../config/finding.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { ValueIssue } from '../../mcp/value-schema.ts'
import { createRequestFiller } from '../../upstream/rest/filled-request.ts'
import type { RequestTemplate, TemplateBody } from '../../upstream/rest/request-template.ts'
import { schemaAt, valuesAt, type PointerParts } from '../arguments/json-pointer.ts'
import { unnamedMember } from '../arguments/unnamed-member.ts'

export type RequestIssues = (args: JsonObject) => readonly ValueIssue[]

interface RequestPlace {
  /** The input schema as it was reviewed. */
  readonly schema: JsonObject
  /** Arguments that the gateway puts in after the decision. */
  readonly set: readonly PointerParts[]
  /** The names of the headers that the upstream file sends, in lower case. */
  readonly ownHeaders: readonly string[]
}

export function compileRequest (
  request: RequestTemplate, { schema, set, ownHeaders }: RequestPlace
): Result<RequestIssues, readonly Finding[]> {
  const taken = request.parameters.find(parameter => parameter.in === 'header' && ownHeaders.includes(parameter.name.toLowerCase()))
  if (taken !== undefined) {
    const message = `the gateway sends ${taken.name} itself, and the reviewed operation has it as an argument: ` +
      'run mcp-resource-gateway upstream review'
    return err([{ path: '', message }])
  }
  const filler = createRequestFiller(request, '')
  const isSet = (path: readonly string[]) => set.some(parts => parts.join('/') === path.join('/'))
  const { body } = request
  const groups = new Set(request.parameters.flatMap(({ at: [group = '', ...inner] }) => inner.length === 0 ? [] : [group]))
  const places = [...[...groups].map(group => [group]), ...body === undefined ? [] : placesOf(body)]
  return ok(args => {
    const issues = filler.problems(args).filter(({ path }) => !isSet(path))
    if (issues.length > 0) return issues
    return places.flatMap(parts => {
      const found = schemaAt(schema, parts)
      return valuesAt(args, parts).values.flatMap(value => {
        const unnamed = found === undefined ? undefined : unnamedMember(value, [found], schema, parts)
        return unnamed === undefined ? [] : [{ path: unnamed, message: 'is not known to the API' }]
      })
    })
  })
}

function placesOf ({ at, members = [] }: TemplateBody): readonly PointerParts[] {
  return at === undefined ? members.map(name => [name]) : [at]
}
