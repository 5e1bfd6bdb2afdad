// What the server needs from the service behind the gateway: its tools, whether it is ready, and how it ends.
// The server does not know what the service does; the example service is tickets/ticket-service.ts.

import type { GatewayConfig } from '../config/schema.ts'
import type { ReadinessCheck } from '../http/routes/health-routes.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Locale } from '../kernel/locale.ts'
import type { Tracing } from '../kernel/tracing.ts'
import { explainAuthorization } from '../mcp/explain/explain-authorization.ts'
import type { Tool } from '../mcp/tool.ts'
import type { StorageEvent } from '../operations/metrics.ts'
import type { StorageConnections } from '../operations/process-metrics.ts'

export interface Service {
  /** The server's name for people, as clients show it. */
  readonly title: string
  /** In the order of `tools/list`. */
  readonly tools: readonly Tool[]
  /** The same for another resource of this process: limits may name the resource at which they hold. Absent: they do not. */
  readonly toolsAt?: (resource: string) => readonly Tool[]
  readonly readiness: readonly ReadinessCheck[]
  /** Sentences for the policy page about what the service stores, in the configured language. */
  readonly policyStatements: readonly string[]
  /** The connections of its storage; absent where it has only one. */
  readonly connections?: (() => StorageConnections) | undefined
  /** A second call has no effect. */
  readonly close: () => Promise<void>
}

interface ServiceContext {
  readonly storage: { readonly url: string, readonly create?: boolean, readonly maxConnections?: number }
  /** Called when there was no database, and one was created. */
  readonly onCreated?: (() => void) | undefined
  readonly locale: Locale
  /** The configured resource identifier. */
  readonly resource: string
  readonly clock: Clock
  /** Called after each transaction of the storage. Must not throw. */
  readonly observe?: ((event: StorageEvent) => void) | undefined
  readonly tracing?: Tracing | undefined
}

/** @throws GatewayError GW_CONFIG_INVALID, GW_STORAGE_SCHEMA_INCOMPATIBLE; StorageUnavailable (as a rejected promise) */
export type OpenService = (context: ServiceContext) => Promise<Service>

/** The tools of the service and the gateway's own, as far as configuration offers them, in the order of `tools/list`. */
export function servedTools (
  { tools }: Pick<Service, 'tools'>, { locale, builtIn }: { readonly locale: Locale, readonly builtIn: readonly BuiltIn[] }
): readonly Tool[] {
  return [...tools, ...(builtIn.includes('explain_authorization') ? [explainAuthorization({ locale })] : [])]
}

/** What one endpoint offers: of the service only where its configuration says so, though another endpoint may have it. */
export function offeredAt (service: Service, { resource, tools }: Pick<GatewayConfig, 'resource' | 'tools'>): OfferedService {
  const hasService = tools.builtIn.includes('example')
  const { title, policyStatements } = hasService ? service : noService()
  const own = hasService ? service.toolsAt?.(resource.identifier) ?? service.tools : []
  return { title, policyStatements, tools: servedTools({ tools: own }, tools) }
}

type OfferedService = Pick<Service, 'title' | 'tools' | 'policyStatements'>

type BuiltIn = 'example' | 'explain_authorization'

/** What the configuration serves: without `example` nothing is opened. */
export function openServiceFor ({ builtIn }: { readonly builtIn: readonly BuiltIn[] }, openService: OpenService): OpenService {
  return builtIn.includes('example') ? openService : () => Promise.resolve(noService())
}

/** The server without an example service: its tools are those of other servers, and there is no storage. */
function noService (): Service {
  return { title: 'MCP resource gateway', tools: [], readiness: [], policyStatements: [], close: async () => {} }
}
