// A tool of another server as the gateway offers it: the reviewed definition together with the decision about it. Whatever does not
// depend on a call is done here, when the configuration is read.

import type { Finding } from '../../config/finding.ts'
import type { Decision } from '../../config/upstream/upstream-tool-schema.ts'
import { nearestName } from '../../config/nearest-name.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { ObjectSchema } from '../../mcp/standard-schema.ts'
import type { Tool, ToolAnnotations } from '../../mcp/tool.ts'
import { guardArguments, type ArgumentRules, type GuardedArguments } from '../arguments/argument-guard.ts'
import { compileBindings, type CompiledBindings } from '../arguments/bindings.ts'
import type { SetArgument } from '../arguments/set-arguments.ts'
import type { CallValues } from '../limits/call-values.ts'
import type { DeclaredType } from '../limits/declared-type.ts'
import type { ToolDelegation } from '../calls/exchanged-token.ts'
import type { LockedTool } from '../lock/lock-file.ts'
import { needsTasks } from '../lock/lock-file.ts'
import { compileArguments } from './compiled-arguments.ts'
import { compileRequest } from './compiled-request.ts'
import { plainOperation } from './plain-arguments.ts'
import { compileSpending, type CompiledSpending } from './compiled-spending.ts'
import type { EffectiveDecision } from './effective-decision.ts'

export interface CompiledTool {
  /** All but `run`. */
  readonly declaration: Omit<Tool, 'run'>
  /** At the server. */
  readonly upstreamName: string
  /** Of the reviewed definition. */
  readonly hash: string
  readonly changes: boolean
  /** The same call twice has the effect of one. */
  readonly repeatable: boolean
  /** In place of those of the upstream, or within them. */
  readonly limits: NonNullable<Decision['limits']>
  readonly set: readonly SetArgument[]
  /** How a token is obtained for each call; absent: the credentials are the same for all. */
  readonly delegation?: ToolDelegation
  /** Absent: calls count for nothing. */
  readonly spending: CompiledSpending | undefined
  /** The input schema as it was reviewed, for headers that mirror arguments. */
  readonly inputSchema: JsonObject
}

export interface ToolPlace {
  /** As clients know it. */
  readonly name: string
  readonly upstreamName: string
  readonly locked: LockedTool
  readonly types: ReadonlyMap<string, DeclaredType>
  /** Of the upstream. */
  readonly maxResultBytes: number
  /** Of a REST API: the names of the headers that the upstream file sends, in lower case. */
  readonly ownHeaders?: readonly string[]
  /** Of a REST API: where its operations are offered over plain HTTP. */
  readonly plainHttp?: string | undefined
  /** Of the upstream, with the scopes that its tools need unless they say otherwise. */
  readonly delegation?: ToolDelegation | undefined
}

/** Models' interfaces refuse longer names, and clients put a prefix of their own before them. */
const MAX_NAME = 64

export function compileTool (
  decision: EffectiveDecision, { name, upstreamName, locked, types, maxResultBytes, ownHeaders = [], plainHttp, delegation }: ToolPlace
): Result<CompiledTool, readonly Finding[]> {
  const { definition } = locked
  const reviewed = definition['inputSchema'] as JsonObject
  const findings: Finding[] = []
  if (name.length > MAX_NAME) {
    const message = `missing; expected a name of up to ${MAX_NAME} characters, since prefix and name have ${name.length}`
    findings.push({ path: 'as', message })
  } else if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    findings.push({ path: 'as', message: 'missing; expected a name of letters, digits, _, - and ., since the name at the server is none' })
  }
  if (needsTasks(definition)) findings.push({ path: '', message: 'expected "hidden": the tool needs tasks, which are not proxied' })
  if ((decision.limits?.maxResultBytes ?? 0) > maxResultBytes) {
    findings.push({ path: 'limits.maxResultBytes', message: `expected at most limits.maxResultBytes of the upstream (${maxResultBytes})` })
  }
  const { upstreamScopes } = decision
  if (upstreamScopes !== undefined && delegation === undefined) {
    findings.push({ path: 'upstreamScopes', message: 'expected nothing: credentials of the upstream are no tokenExchange' })
  }
  const type = decision.details === undefined ? undefined : types.get(decision.details.type)
  if (decision.details !== undefined && type === undefined) {
    const nearest = nearestName(decision.details.type, [...types.keys()])
    const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`
    findings.push({ path: 'details.type', message: `no such details type${advice}` })
  }
  const bindings = decision.details === undefined || type === undefined
    ? undefined
    : compileBindings(decision.details.values, { type, schema: reviewed })
  if (bindings?.ok === false) findings.push(...bindings.error.map(({ path, message }) => ({ path: `details.values.${path}`, message })))
  const compiled: CompiledBindings | undefined = bindings?.ok === true ? bindings.value : undefined
  const args = compileArguments(decision.arguments, reviewed, compiled, locked.heldBack ?? [])
  if (!args.ok) findings.push(...args.error.map(({ path, message }) => ({ path: `arguments.${path}`, message })))
  const set = args.ok ? args.value.set.map(({ parts }) => parts) : []
  const request = locked.request === undefined ? ok(undefined) : compileRequest(locked.request, { schema: reviewed, set, ownHeaders })
  if (!request.ok) findings.push(...request.error)
  const spending = compileSpending(decision, { type, schema: reviewed })
  if (!spending.ok) findings.push(...spending.error.map(({ path, message }) => ({ path: `spending.${path}`, message })))
  if (findings.length > 0 || !args.ok || !spending.ok || !request.ok) return err(findings)
  const { rules, schema, closed } = args.value
  return ok({
    declaration: {
      name,
      ...wordsOf(decision, definition, upstreamName),
      annotations: annotationsOf(decision, definition),
      unknownArguments: closed ? 'refuse' : 'accept',
      input: guardedSchema(schema, { ...rules, request: request.value }),
      output: outputOf(definition),
      ...(locked.request === undefined || plainHttp === undefined ? {} : { http: plainOperation(locked.request, reviewed, plainHttp) }),
      access: {
        scopes: decision.scopes,
        freshness: decision.freshness,
        ...(decision.authentication === undefined ? {} : { authentication: decision.authentication }),
        ...(type === undefined ? {} : { details: { type: type.type as never, call: valuesOf } })
      }
    },
    upstreamName,
    hash: locked.hash,
    changes: decision.effect === 'change',
    repeatable: decision.effect === 'read' || decision.idempotent === true,
    limits: decision.limits ?? {},
    set: args.value.set,
    ...(delegation === undefined ? {} : { delegation: withScopes(delegation, upstreamScopes) }),
    spending: spending.value,
    inputSchema: reviewed
  })
}

function withScopes (delegation: ToolDelegation, scopes: readonly string[] | undefined): ToolDelegation {
  return scopes === undefined ? delegation : { ...delegation, wish: { ...delegation.wish, scopes } }
}

function valuesOf (input: GuardedArguments): CallValues {
  return input.values
}

function wordsOf (decision: EffectiveDecision, { title, description, annotations }: JsonObject, upstreamName: string) {
  const shown = decision.title ?? text(title) ?? text(member(annotations, 'title')) ?? upstreamName
  return { title: shown, description: decision.description ?? text(description) ?? shown }
}

/** `readOnlyHint` follows the word of the operator; the other hints are those that were reviewed. */
function annotationsOf ({ effect, idempotent }: EffectiveDecision, { annotations }: JsonObject): ToolAnnotations {
  const hint = (name: string) => {
    const value = member(annotations, name)
    return typeof value === 'boolean' ? { [name]: value } : {}
  }
  return {
    readOnlyHint: effect === 'read',
    ...(effect === 'read' ? {} : hint('destructiveHint')),
    ...(idempotent === undefined ? hint('idempotentHint') : { idempotentHint: idempotent }),
    ...hint('openWorldHint')
  }
}

/** Arguments are checked by the guard alone: the schema of another server is published, and is no program here. */
function guardedSchema (schema: JsonObject, rules: ArgumentRules): ObjectSchema {
  return standardSchema(schema, value => {
    const guarded = guardArguments(value as JsonObject, rules)
    return guarded.ok ? { value: guarded.value } : { issues: guarded.error }
  })
}

/** A schema of anything but an object is left out: older clients could not read it. Results are relayed, and not checked. */
function outputOf ({ outputSchema }: JsonObject): ObjectSchema | undefined {
  if (member(outputSchema, 'type') !== 'object') return undefined
  return standardSchema(outputSchema as JsonObject, value => ({ value: value as object }))
}

function standardSchema (
  jsonSchema: JsonObject,
  validate: (value: unknown) => { readonly value: object } | { readonly issues: ReadonlyArray<{ readonly message: string }> }
): ObjectSchema {
  const published = () => ({ ...jsonSchema })
  return {
    '~standard': { version: 1, vendor: 'mcp-resource-gateway', validate, jsonSchema: { input: published, output: published } }
  }
}

function member (value: JsonValue | undefined, name: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined
}

function text (value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
