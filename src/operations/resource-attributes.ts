// What identifies this process in traces: the attributes of OpenTelemetry's resource. The variables are those of every OpenTelemetry SDK.

import { randomUUID } from 'node:crypto'
import type { GatewayConfig } from '../config/schema.ts'

const DEFAULT_NAME = 'mcp-resource-gateway'

/**
 * @param version of this software
 * @see https://opentelemetry.io/docs/specs/semconv/resource/#service
 */
export function resourceAttributesOf (
  { serviceName, resourceAttributes = '' }: GatewayConfig['tracing'], version: string
): Readonly<Record<string, string>> {
  const given = Object.fromEntries(resourceAttributes.split(',').flatMap(pair => {
    const [name = '', ...value] = pair.split('=')
    return name.trim() === '' ? [] : [[name.trim(), decodeURIComponent(value.join('=').trim())]]
  }))
  return {
    'service.name': DEFAULT_NAME,
    'service.version': version,
    // Replicas would look alike without it.
    'service.instance.id': randomUUID(),
    ...given,
    ...(serviceName === undefined ? {} : { 'service.name': serviceName })
  }
}
