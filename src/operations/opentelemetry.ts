// Traces with OpenTelemetry, behind the port in kernel/tracing.ts; imported only when an endpoint is configured. The current span is kept
// in an AsyncLocalStorage; nothing global is registered, so the host's own OpenTelemetry stays as it is.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, SpanKind } from '@opentelemetry/api'
import { importOptional } from '../kernel/optional-package.ts'
import type { RemoteSpan, SpanStart, Tracing } from '../kernel/tracing.ts'

export interface TracingSettings {
  /** OTLP over HTTP. */
  readonly endpoint: string
  /** 0 to 100. */
  readonly samplePercent: number
  readonly version: string
  /** Of this process, by their names in the semantic conventions. */
  readonly resourceAttributes: Readonly<Record<string, string>>
}

export interface ClosableTracing extends Tracing {
  /** Sends pending spans, for a bounded time. */
  readonly close: () => Promise<void>
}

const NAME = 'mcp-resource-gateway'
const EXPORT_TIMEOUT_MS = 5000
const PACKAGES = [
  '@opentelemetry/api', '@opentelemetry/resources', '@opentelemetry/sdk-trace-base', '@opentelemetry/exporter-trace-otlp-http'
]

/** @throws GatewayError `GW_CONFIG_INVALID` when a package is missing */
export async function createTracing ({ endpoint, samplePercent, version, resourceAttributes }: TracingSettings): Promise<ClosableTracing> {
  const { api, sdk, resources, exporter } = await loadPackages()
  const { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, createTraceState } = api
  const ratio = new sdk.TraceIdRatioBasedSampler(samplePercent / 100)
  const provider = new sdk.BasicTracerProvider({
    // The default has the attributes of the SDK (telemetry.sdk.*), which every resource of OpenTelemetry has.
    resource: resources.defaultResource().merge(resources.resourceFromAttributes(resourceAttributes)),
    // The client's sampling decision is ignored: it must not decide how much work is recorded here.
    sampler: new sdk.ParentBasedSampler({ root: ratio, remoteParentSampled: ratio }),
    spanProcessors: [new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url: endpoint, timeoutMillis: EXPORT_TIMEOUT_MS }))]
  })
  const tracer = provider.getTracer(NAME, version)
  const current = new AsyncLocalStorage<Context>()
  const { SERVER, CLIENT, INTERNAL } = api.SpanKind
  const kinds: Readonly<Record<SpanStart['kind'], SpanKind>> = { server: SERVER, client: CLIENT, internal: INTERNAL }

  function contextOf ({ traceId, parentId, sampled, traceState }: RemoteSpan): Context {
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId: parentId,
      traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
      ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) })
    })
  }

  return {
    start ({ name, kind, attributes = {}, parent, linked = false, startedAtMs }) {
      const around = current.getStore() ?? ROOT_CONTEXT
      const context = parent === undefined ? around : contextOf(parent)
      const link = linked && parent !== undefined ? trace.getSpanContext(around) : undefined
      const span = tracer.startSpan(name, {
        kind: kinds[kind],
        attributes,
        links: link === undefined ? [] : [{ context: link }],
        ...(startedAtMs === undefined ? {} : { startTime: startedAtMs })
      }, context)
      const inside = trace.setSpan(context, span)
      return {
        run: work => current.run(inside, work),
        end ({ name: better, attributes: more, failed = false, endedAtMs } = {}) {
          if (better !== undefined) span.updateName(better)
          if (more !== undefined) span.setAttributes(more)
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
          span.end(endedAtMs)
        }
      }
    },
    outgoingHeaders () {
      const context = trace.getSpanContext(current.getStore() ?? ROOT_CONTEXT)
      if (context === undefined) return {}
      const flags = context.traceFlags.toString(16).padStart(2, '0')
      const traceState = context.traceState?.serialize()
      return {
        traceparent: `00-${context.traceId}-${context.spanId}-${flags}`,
        ...(traceState === undefined || traceState === '' ? {} : { tracestate: traceState })
      }
    },
    // An unreachable collector does not prevent the shutdown.
    close: () => provider.shutdown().catch(() => {})
  }
}

function loadPackages () {
  return importOptional(async () => {
    const [api, sdk, resources, exporter] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http')
    ])
    return { api, sdk, resources, exporter }
  }, `tracing.endpoint needs more packages: npm install ${PACKAGES.join(' ')}`)
}
