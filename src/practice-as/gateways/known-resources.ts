// The resources that tokens are issued for, and what is known about them. A gateway is asked when a request needs the answer, and again
// when the answer is older than a second, or could not be had: this server usually starts first, and a gateway may get other tools while
// it runs.

import { ticketFacts, type DetailsTypeFacts, type ResourceFacts } from './resource-facts.ts'
import type { Result } from '../../kernel/result.ts'

/** One state of all resources; another object as soon as anything in it differs. */
export interface Knowledge {
  /** Resource identifiers, those that nothing is known about included. */
  readonly resources: readonly string[]
  /** Of all resources, each once. */
  readonly scopes: readonly string[]
  readonly of: (resource: string) => ResourceFacts | undefined
  /** The types at these resources, each once; at all of them where a request names none. */
  readonly typesAt: (resources: readonly string[]) => readonly DetailsTypeFacts[]
}

export interface KnownResources {
  readonly current: () => Knowledge
  /** Asks gateways whose answer is old. Resolves in any case; never takes longer than the deadlines of the questions. */
  readonly refresh: () => Promise<void>
  /** Why the gateway could not be asked the last time; `undefined` where it could, or for a resource that is no gateway. */
  readonly problemOf: (resource: string) => string | undefined
}

export interface KnownResourcesOptions {
  /** With the tickets of the tutorial. */
  readonly resources: readonly string[]
  /** Resource identifiers of gateways that are asked. */
  readonly gateways: readonly string[]
  readonly ask: (resource: string) => Promise<Result<ResourceFacts, string>>
  readonly monotonicMs: () => number
  readonly log: (line: string) => void
}

const OLD_AFTER_MS = 1000

export function createKnownResources ({ resources, gateways, ask, monotonicMs, log }: KnownResourcesOptions): KnownResources {
  const facts = new Map(resources.map(resource => [resource, ticketFacts(resource)]))
  const problems = new Map<string, string>()
  const all = [...new Set([...resources, ...gateways])]
  let knowledge = knowledgeOf(all, facts)
  let askedAt: number | undefined
  let asking: Promise<void> | undefined

  async function askOne (gateway: string): Promise<boolean> {
    const answer = await ask(gateway)
    if (!answer.ok) {
      if (problems.get(gateway) !== answer.error) log(`not known yet: ${answer.error}; asked again with the next request`)
      problems.set(gateway, answer.error)
      return false
    }
    problems.delete(gateway)
    if (JSON.stringify(facts.get(gateway)) === JSON.stringify(answer.value)) return false
    facts.set(gateway, answer.value)
    const types = answer.value.types.map(({ type }) => type).join(' ') || 'none'
    log(`asked the gateway ${gateway}: ${answer.value.scopes.length} scopes; authorization details types: ${types}`)
    return true
  }

  async function askThese (asked: readonly string[]): Promise<void> {
    const changed = await Promise.all(asked.map(askOne))
    if (changed.includes(true)) knowledge = knowledgeOf(all, facts)
    if (asked === gateways) askedAt = monotonicMs()
    asking = undefined
  }

  return {
    current: () => knowledge,
    async refresh () {
      const isRecent = askedAt !== undefined && monotonicMs() - askedAt < OLD_AFTER_MS
      // One that could not be asked may be up by now: it is often started at the same time.
      if (gateways.length === 0 || (isRecent && problems.size === 0)) return
      asking ??= askThese(isRecent ? gateways.filter(gateway => problems.has(gateway)) : gateways)
      await asking
    },
    problemOf: resource => problems.get(resource)
  }
}

function knowledgeOf (resources: readonly string[], known: ReadonlyMap<string, ResourceFacts>): Knowledge {
  const facts = new Map(known)
  return {
    resources,
    scopes: [...new Set([...facts.values()].flatMap(({ scopes }) => scopes))],
    of: resource => facts.get(resource),
    typesAt (named) {
      const types = new Map<string, DetailsTypeFacts>()
      for (const resource of named.length > 0 ? named : resources) {
        for (const one of facts.get(resource)?.types ?? []) if (!types.has(one.type)) types.set(one.type, one)
      }
      return [...types.values()]
    }
  }
}
