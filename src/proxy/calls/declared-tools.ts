// Tools of other servers for an explanation: what they need is known, and nothing is called.

import { GatewayError } from '../../kernel/fault.ts'
import type { Tool } from '../../mcp/tool.ts'
import type { CompiledUpstream } from '../compiled-upstream.ts'

export function declaredTools (upstreams: readonly CompiledUpstream[]): readonly Tool[] {
  return upstreams.flatMap(({ tools }) => tools.map(({ declaration }): Tool => ({ ...declaration, run: refuse })))
}

function refuse (): Promise<never> {
  return Promise.reject(new GatewayError('GW_INTERNAL', 'this program calls no tools'))
}
