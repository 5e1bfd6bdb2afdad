// The registry in use, and everything that is derived from it, replaced together. A generation is one registry with its derived
// values: a reload prepares all of them first, so that a fault in one of them leaves the former generation in use.

import { createRegistry, type Registry, type RegistryOptions } from './registry.ts'
import type { Commit, PlacedTool, ToolSet } from './tool-set.ts'

/** A value of the generation in use. Reading it costs one property. */
export interface Derived<Value> {
  readonly current: Value
}

export interface RegistryGenerations extends Derived<Registry> {
  /** 1, and one more after each reload. */
  readonly generation: number
  /** @param make called now, and once per reload; when it throws then, the reload changes nothing */
  readonly derive: <Value>(make: (registry: Registry) => Value) => Derived<Value>
  /** Reloads of the tool set no longer reach these generations. */
  readonly close: () => void
}

/** @throws GatewayError `GW_TOOL_INVALID` */
export function createRegistryGenerations (tools: ToolSet, options: Omit<RegistryOptions, 'places'>): RegistryGenerations {
  const derivations: Array<(registry: Registry) => Commit> = []
  const inUse = { current: registryOf(tools.read()), generation: 1 }
  const close = tools.subscribe(changed => {
    const registry = registryOf(changed)
    const commits = derivations.map(prepare => prepare(registry))
    return () => {
      inUse.current = registry
      inUse.generation += 1
      for (const commit of commits) commit()
    }
  })

  function registryOf (placed: readonly PlacedTool[]): Registry {
    return createRegistry(placed.map(({ tool }) => tool), { ...options, places: placed.map(({ place }) => place) })
  }

  function derive<Value> (make: (registry: Registry) => Value): Derived<Value> {
    const derived = { current: make(inUse.current) }
    derivations.push(registry => {
      const next = make(registry)
      return () => { derived.current = next }
    })
    return derived
  }

  return {
    get current () { return inUse.current },
    get generation () { return inUse.generation },
    derive,
    close
  }
}
