// The review of a server's tools: what it lists now against the lock, and against the decisions of the upstream file. It finds and warns;
// a person decides, and what was accepted becomes the new lock.

import type { UpstreamDeclaration } from '../../config/upstream/upstream-schema.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RestListing } from '../../upstream/rest/rest-listing.ts'
import type { UpstreamListing } from '../../upstream/upstream-port.ts'
import { lockedHash, reviewedDefinition } from '../lock/definition-hash.ts'
import type { Lock, LockedTool } from '../lock/lock-file.ts'
import { addedArguments } from './added-arguments.ts'
import { differencesOf, type Difference } from './json-difference.ts'
import { hiddenTextIn, warningsAbout } from './review-warnings.ts'

export interface ReviewedTool {
  readonly name: string
  /** `gone`: the server does not list it any more. */
  readonly state: 'unchanged' | 'changed' | 'new' | 'gone'
  readonly decision: 'decided' | 'hidden' | 'undecided'
  /** JSON pointers of the arguments that a changed tool has more than before. */
  readonly added: readonly string[]
  /** Without those of an unchanged or a gone tool. */
  readonly differences: readonly Difference[]
  readonly warnings: readonly string[]
  /** Text that a terminal would not show: it must be accepted by name. */
  readonly hidesText: boolean
  /** As it is listed now; absent where it is gone. */
  readonly listed: LockedTool | undefined
  /** Of a REST API: what its document says that the operation needs. */
  readonly documentScopes: readonly string[]
}

export interface Review {
  readonly upstream: string
  readonly revision: string
  /** Of the lock. */
  readonly formerRevision: string | undefined
  readonly server: Lock['server']
  readonly formerServer: Lock['server'] | undefined
  readonly tools: readonly ReviewedTool[]
  /** Names that are listed twice, definitions that cannot be read, and what of a document became no tool. */
  readonly problems: readonly string[]
}

export function reviewListing (declaration: UpstreamDeclaration, lock: Lock | undefined, listing: UpstreamListing | RestListing): Review {
  const rest = 'requests' in listing ? listing : undefined
  const problems: string[] = []
  const listed = new Map<string, LockedTool>()
  for (const definition of listing.tools) {
    const name = definition['name']
    const request = typeof name === 'string' ? rest?.requests.get(name) : undefined
    const hash = lockedHash(definition, request)
    if (typeof name !== 'string' || hash === undefined || !isUsable(definition)) {
      problems.push('a definition that is no tool of MCP is left out')
    } else if (listed.has(name)) problems.push('two tools have one name, and the second is left out')
    else listed.set(name, { hash, definition: reviewedDefinition(definition), ...(request === undefined ? {} : { request }) })
  }
  const former = new Map(Object.entries(lock?.tools ?? {}))
  const names = [...new Set([...listed.keys(), ...former.keys()])].sort()
  const tools = names.map((name): ReviewedTool => ({
    ...reviewTool(name, declaration, former.get(name), listed.get(name), [...listed.keys()]),
    documentScopes: rest?.documentScopes.get(name) ?? []
  }))
  return {
    upstream: declaration.name,
    revision: listing.revision,
    formerRevision: lock?.revision,
    server: listing.server,
    formerServer: lock?.server,
    tools,
    problems: [...new Set(problems), ...rest?.leftOut ?? []]
  }
}

function isUsable ({ inputSchema }: JsonObject): boolean {
  return typeof inputSchema === 'object' && inputSchema !== null && 'type' in inputSchema && inputSchema.type === 'object'
}

function reviewTool (
  name: string, declaration: UpstreamDeclaration, former: LockedTool | undefined, listed: LockedTool | undefined, names: readonly string[]
): Omit<ReviewedTool, 'documentScopes'> {
  const entry = Object.hasOwn(declaration.tools, name) ? declaration.tools[name] : undefined
  const decision = entry === undefined ? 'undecided' : entry === 'hidden' ? 'hidden' : 'decided'
  if (listed === undefined) return { name, state: 'gone', decision, added: [], differences: [], warnings: [], hidesText: false, listed }
  const state = former === undefined ? 'new' : former.hash === listed.hash ? 'unchanged' : 'changed'
  return {
    name,
    state,
    decision,
    added: state === 'changed' ? addedArguments(former?.definition['inputSchema'], listed.definition['inputSchema']) : [],
    differences: state === 'changed' ? differencesOf(reviewedJson(former), reviewedJson(listed)) : [],
    warnings: state === 'unchanged' ? [] : warningsAbout(listed.definition, declaration, names),
    hidesText: state !== 'unchanged' && hiddenTextIn(listed.definition),
    listed
  }
}

/** Everything that a person accepts of a tool. */
function reviewedJson (tool: LockedTool | undefined): JsonObject | undefined {
  return tool?.request === undefined ? tool?.definition : { ...tool.definition, request: tool.request as unknown as JsonObject }
}

/** Whether there is something to accept. */
export function isPending ({ state, decision }: Pick<ReviewedTool, 'state' | 'decision'>): boolean {
  return state === 'changed' || state === 'new' || (state === 'gone' && decision !== 'decided')
}

export function differsFromLock ({ tools, revision, formerRevision }: Review): boolean {
  return revision !== formerRevision || tools.some(({ state }) => state !== 'unchanged')
}

/** What a decided tool gained is held back; of a tool that is new to the lock, or has no decision, everything is read at once. */
function withHeldBack ({ listed, decision, added }: ReviewedTool, before: LockedTool | undefined): LockedTool | undefined {
  if (listed === undefined || before === undefined || decision !== 'decided') return listed
  const heldBack = [...new Set([...before.heldBack ?? [], ...added])]
  return heldBack.length === 0 ? listed : { ...listed, heldBack }
}

/** The lock after the review: accepted tools as they are listed now, all others as they were. */
export function acceptedLock (
  { upstream, revision, server, tools }: Review, lock: Lock | undefined, accepts: (tool: ReviewedTool) => boolean, reviewed: string
): Lock {
  const former = lock?.tools ?? {}
  const kept = tools.flatMap((tool): Array<readonly [string, LockedTool]> => {
    const { name } = tool
    const before = Object.hasOwn(former, name) ? former[name] : undefined
    const now = isPending(tool) && accepts(tool) ? withHeldBack(tool, before) : before
    return now === undefined ? [] : [[name, now]]
  })
  return { upstream, revision, reviewed, server, tools: Object.fromEntries(kept) }
}
