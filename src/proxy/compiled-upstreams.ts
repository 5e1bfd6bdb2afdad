// All upstreams of a configuration together: no two tools and no two details types of one name. Either every file is right, or none is
// used.

import type { ConfigMistake } from '../config/mistake.ts'
import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { operationShape } from '../mcp/plain-operation.ts'
import { compileUpstream, type CompiledUpstream } from './compiled-upstream.ts'

export function compileUpstreams (
  configured: readonly ConfiguredUpstream[]
): Result<readonly CompiledUpstream[], readonly ConfigMistake[]> {
  const mistakes: ConfigMistake[] = []
  const compiled: CompiledUpstream[] = []
  const tools = new Map<string, string>()
  const types = new Map<string, string>()
  const operations = new Map<string, string>()
  for (const upstream of configured) {
    const { file } = upstream
    const made = compileUpstream(upstream)
    if (!made.ok) {
      const sourceOf = (path: string) => path.startsWith('lock') ? upstream.lockFile : file
      mistakes.push(...made.error.map(({ path, message }) => ({ path, source: sourceOf(path), expected: message })))
      continue
    }
    compiled.push(made.value)
    for (const { declaration, upstreamName } of made.value.tools) {
      const shape = declaration.http === undefined ? undefined : operationShape(declaration.http)
      const taken = shape === undefined ? undefined : operations.get(shape)
      if (shape !== undefined && taken === undefined) operations.set(shape, file)
      else if (taken !== undefined) {
        const expected = `expected another plainHttp: ${shape ?? ''} is an operation in ${taken} already`
        mistakes.push({ path: `tools.${upstreamName}`, source: file, expected })
      }
      const other = tools.get(declaration.name)
      if (other === undefined) tools.set(declaration.name, file)
      else {
        const expected = `expected "as" or another prefix: a tool named ${declaration.name} is in ${other} already`
        mistakes.push({ path: `tools.${upstreamName}`, source: file, expected })
      }
    }
    for (const type of made.value.types.keys()) {
      const other = types.get(type)
      if (other === undefined) types.set(type, file)
      else mistakes.push({ path: `detailsTypes.${type}`, source: file, expected: `expected another name: ${other} declares this type` })
    }
  }
  return mistakes.length > 0 ? err(mistakes) : ok(compiled)
}
