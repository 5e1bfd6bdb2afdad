// On which machine was this measured?

import { availableParallelism, cpus, totalmem } from 'node:os'

export function describeMachine (): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node.js ${process.versions.node}, ${process.platform} ${process.arch}`
}
