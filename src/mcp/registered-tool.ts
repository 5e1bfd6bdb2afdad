// A tool as it is called and enforced: declared once, checked, described, and with schemas of one form. A call reads this object
// and no other; all work that does not depend on the call has been done when it is made.

import { GatewayError } from '../kernel/fault.ts'
import type { DetailsRequirement } from '../policy/authorization-details/details-requirement.ts'
import type { DetailsType, PublishedDetailsType } from '../policy/authorization-details/details-type.ts'
import type { Permit } from '../policy/permit.ts'
import type { Wording } from '../policy/authorization-details/wording.ts'
import type { AuthenticationRequirement } from '../policy/requirement.ts'
import { parseMirroredParameters, type MirroredParameter } from './parameter-headers.ts'
import type { PlainOperation } from './plain-operation.ts'
import { checkDeclaration } from './tool-declaration.ts'
import { describeTool, listEntryJson, type ToolDescription } from './tool-description.ts'
import type { AccessContext, CallDetails, Tool, ToolAnnotations, ToolCall } from './tool.ts'
import type { ToolOutcome } from './tool-outcome.ts'
import type { ValueSchema } from './value-schema.ts'

/** The authorization details that calls of one tool need. */
export interface RegisteredDetails {
  readonly type: PublishedDetailsType
  /** Of one call; may throw, and a caller treats that as a denial. */
  readonly requirementOf: (input: unknown, context: AccessContext) => DetailsRequirement | Promise<DetailsRequirement>
  /** What is left of the totals of one element. */
  readonly left: CallDetails<unknown, unknown>['left']
}

interface RegisteredAccess {
  readonly scopes: readonly string[]
  readonly authentication: AuthenticationRequirement | undefined
  readonly freshness: 'cached' | 'fresh'
  readonly details: RegisteredDetails | undefined
}

export interface RegisteredTool {
  readonly name: string
  readonly annotations: ToolAnnotations
  readonly input: ValueSchema
  readonly output: ValueSchema | undefined
  readonly access: RegisteredAccess
  readonly mirroredParameters: readonly MirroredParameter[]
  /** For pages and documents. */
  readonly description: ToolDescription
  /** One element of the `tools` array of `tools/list`. */
  readonly listEntryJson: string
  /** Over plain HTTP; `undefined`: over MCP alone. */
  readonly http: PlainOperation | undefined
  /** Sentences for the policy page. */
  readonly policyStatements: readonly Wording[]
  readonly run: (permit: Permit, input: unknown, call: ToolCall) => Promise<ToolOutcome>
}

/**
 * @param place of the tool in the list, for a tool without a usable name: `tools[2]`
 * @throws GatewayError GW_TOOL_INVALID
 */
export function registerTool (tool: Tool, place = 'the tool'): RegisteredTool {
  const { input, output } = checkDeclaration(tool, place)
  const { name, annotations = {}, access } = tool
  const mirrored = parseMirroredParameters(input.jsonSchema)
  if (!mirrored.ok) throw new GatewayError('GW_TOOL_INVALID', `${name}: input: ${mirrored.error}`)
  const description = describeTool(tool, input.jsonSchema, output?.jsonSchema)
  return {
    name,
    annotations,
    input,
    output,
    access: {
      scopes: access.scopes,
      authentication: access.authentication,
      freshness: access.freshness ?? 'cached',
      details: access.details === undefined ? undefined : registeredDetails(access.details)
    },
    mirroredParameters: mirrored.value,
    description,
    listEntryJson: listEntryJson(description, annotations),
    http: tool.http,
    policyStatements: tool.policyStatements ?? [],
    run: (permit, given, call) => tool.run(permit, given as never, call)
  }
}

/** What is published and what is enforced come from one details type. */
function registeredDetails (details: NonNullable<Tool['access']['details']>): RegisteredDetails {
  const type = details.type as unknown as DetailsType<unknown>
  return {
    type,
    left: details.left,
    requirementOf (input, context) {
      const call = details.call(input as never, context)
      return call instanceof Promise ? call.then(values => type.requires(values)) : type.requires(call)
    }
  }
}
