// The document at /authorization-details-types: each type with its JSON Schema, in the shape that authorization servers publish.

import type { DetailsTypeMetadata, PublishedDetailsType } from './details-type.ts'

/**
 * `{ "<type>": { version?, description?, documentation_uri?, schema, examples? } }`, in the order given.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation-00#section-5
 */
export function detailsTypesMetadata (
  types: ReadonlyArray<Pick<PublishedDetailsType, 'type' | 'metadata'>>, documentationUri?: string
): Readonly<Record<string, DetailsTypeMetadata>> {
  return Object.fromEntries(types.map(({ type, metadata }) => {
    return [type, documentationUri === undefined ? metadata : { ...metadata, documentation_uri: documentationUri }]
  }))
}
