// What a review reads of a REST API, in the form of a listing of tools. Its revision is that of the document: `openapi-3.0` or
// `openapi-3.1`.

import type { UpstreamListing } from '../upstream-port.ts'
import type { RequestTemplate } from './request-template.ts'

export interface RestListing extends UpstreamListing {
  /** By the names of the tools. */
  readonly requests: ReadonlyMap<string, RequestTemplate>
  /** Those that the document says an operation needs, by the names of the tools. */
  readonly documentScopes: ReadonlyMap<string, readonly string[]>
  /** What of the document became no tool, or no argument, and why. */
  readonly leftOut: readonly string[]
}

export function isRestRevision (revision: string): boolean {
  return revision === 'openapi-3.0' || revision === 'openapi-3.1'
}
