// What do the suites run against? The gateway with the fixture tools, its own or those of another server, behind a proxy that puts the
// token in.

import type { Tool } from '../../src/index.ts'
import type { ToolSet } from '../../src/mcp/tool-set.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'
import { conformanceTools, CONFORMANCE_SCOPE } from './fixture-tools.ts'
import { startTokenProxy } from './token-proxy.ts'

export interface ProtectedTarget {
  /** The endpoint as the suite calls it: without a token. */
  readonly url: string
  readonly close: () => Promise<void>
}

export async function startProtectedTarget (tools: readonly Tool[] | ToolSet = conformanceTools): Promise<ProtectedTarget> {
  const proxy = await startTokenProxy()
  // The suite calls with the Origin of the address it was given, as a page there would.
  const gateway = await startProtectedGateway({ tools, config: { cors: { allowedOrigins: [proxy.origin] } } })
  proxy.forward(gateway.origin, await gateway.token(CONFORMANCE_SCOPE))
  return {
    url: `${proxy.origin}/mcp`,
    async close () {
      await proxy.close()
      await gateway.close()
    }
  }
}
