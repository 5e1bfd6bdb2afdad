// The parts of a pod that the tests of the manifests look at.

import type { Manifest } from './rendered-manifests.ts'

interface Probe {
  readonly httpGet: { readonly path: string, readonly port: string }
  readonly periodSeconds?: number
  readonly failureThreshold?: number
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly env?: ReadonlyArray<{ readonly name: string, readonly value: string }>
  readonly envFrom?: ReadonlyArray<{ readonly configMapRef: { readonly name: string } }>
  readonly ports?: ReadonlyArray<{ readonly name: string, readonly containerPort: number }>
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> }
  readonly securityContext?: Readonly<Record<string, unknown>>
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
}

export interface Pod {
  readonly automountServiceAccountToken: boolean
  readonly terminationGracePeriodSeconds: number
  readonly securityContext: object
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
}

/** The pod of the only StatefulSet. */
export function podOf (manifests: readonly Manifest[]): Pod {
  const [set, ...more] = manifests.filter(({ kind }) => kind === 'StatefulSet')
  if (set === undefined || more.length > 0) throw new Error('expected one StatefulSet')
  return (set['spec'] as unknown as { template: { spec: Pod } }).template.spec
}

export const containersOf = (pod: Pod): readonly Container[] => [...pod.containers, ...pod.initContainers ?? []]

export function gatewayOf (manifests: readonly Manifest[]): Container {
  const found = podOf(manifests).containers.find(({ name }) => name === 'gateway')
  if (found === undefined) throw new Error('expected a container named gateway')
  return found
}

/** The variables that the gateway would find, those of config maps first. */
export function environmentOf (manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const { env = [], envFrom = [] } = gatewayOf(manifests)
  const maps = envFrom.flatMap(({ configMapRef }) => {
    const map = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name)
    if (map === undefined) throw new Error(`there is no ConfigMap ${configMapRef.name}`)
    return Object.entries(map['data'] as Readonly<Record<string, string>>)
  })
  return Object.fromEntries([...maps, ...env.map(({ name, value }) => [name, value] as const)])
}
