// OpenAPI documents of public APIs that come with npm packages, and what a review makes of them: the table of docs/upstreams.md. The
// packages are installed in test/peers.

export const DOCUMENTS = 'test/peers/node_modules'

export interface PublicDocument {
  readonly name: string
  /** In DOCUMENTS. */
  readonly file: string
  readonly revision: 'openapi-3.0' | 'openapi-3.1'
  readonly tools: number
  readonly operationsLeftOut: number
  readonly argumentsLeftOut: number
}

export const PUBLIC_DOCUMENTS: readonly PublicDocument[] = [
  document('USPTO Data Set API', '@readme/oas-examples/3.0/json/uspto.json', 'openapi-3.0', [2, 1, 0]),
  document('Scalar Galaxy', '@scalar/galaxy/dist/3.1.yaml', 'openapi-3.1', [9, 1, 0]),
  document('Swagger Petstore', '@readme/oas-examples/3.1/json/petstore.json', 'openapi-3.1', [18, 2, 0]),
  document('Train Travel API', '@readme/oas-examples/3.1/json/train-travel.json', 'openapi-3.1', [6, 1, 0]),
  document('Rclone RC API', 'rclone-openapi/openapi.yaml', 'openapi-3.1', [96, 5, 23]),
  document('STAPI', '@readme/oas-examples/3.0/yaml/star-trek.yaml', 'openapi-3.0', [80, 40, 0]),
  document('ShipEngine API', 'shipengine-openapi/openapi.json', 'openapi-3.0', [76, 0, 0])
]

function document (
  name: string, file: string, revision: PublicDocument['revision'], [
    tools, operationsLeftOut, argumentsLeftOut
  ]: readonly [number, number, number]
): PublicDocument {
  return { name, file, revision, tools, operationsLeftOut, argumentsLeftOut }
}

/** The row of a document in docs/upstreams.md. */
export function documentRow ({ name, file, revision, tools, operationsLeftOut, argumentsLeftOut }: PublicDocument): string {
  const packageName = file.split('/').slice(0, file.startsWith('@') ? 2 : 1).join('/')
  return `| ${name} (\`${packageName}\`) | ${revision.slice(-3)} | ${tools} | ${operationsLeftOut} | ${argumentsLeftOut} |`
}
