// Which authorization details types are there, and how are they written? The document of
// /authorization-details-types, in the shape that authorization servers publish too.

import type { DetailsType, DetailsTypeMetadata } from './details-type.ts'

/** A type without its calls: what lists, pages and metadata need of it. */
export type DescribedDetailsType = Omit<DetailsType<never>, 'requires'>

/**
 * `{ "<type>": { version?, description?, documentation_uri?, schema, examples? } }`, in the order given.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation
 */
export function detailsTypesMetadata (types: readonly DescribedDetailsType[], documentationUri?: string): Readonly<Record<string, DetailsTypeMetadata>> {
  return Object.fromEntries(types.map(({ type, metadata }) => {
    return [type, documentationUri === undefined ? metadata : { ...metadata, documentation_uri: documentationUri }]
  }))
}
