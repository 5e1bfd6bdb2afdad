// Documents of public APIs, small and large: what a review makes of each is compared with the document by other code, and counted as
// docs/upstreams.md says.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import type { JsonObject } from '../../src/kernel/json.ts'
import { openapiListing } from '../../src/openapi/openapi-listing.ts'
import { lockedHash } from '../../src/proxy/lock/definition-hash.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { documentRow, DOCUMENTS, PUBLIC_DOCUMENTS } from '../support/openapi-packages.ts'
import { templateProblems } from '../support/template-check.ts'

const EXAMPLES = join(DOCUMENTS, '@readme/oas-examples')
const skip = existsSync(EXAMPLES) && existsSync(
  join(DOCUMENTS, 'rclone-openapi')
)
  ? false
  : 'the documents in test/peers are not installed'

async function reviewed (file: string) {
  const text = readFileSync(file, 'utf8')
  const listing = await openapiListing(text, { ownHeaders: [] })
  if (!listing.ok) return listing
  const root = (text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text)) as JsonObject
  return { ok: true as const, listing: listing.value, problems: templateProblems(root, listing.value) }
}

t.test('documents of public APIs are reviewed without a wrong request, and what is left out is counted', { skip }, async t => {
  covers('rest.operations-become-tools', 'rest.unsupported-is-left-out')
  const each = collected(t)
  for (const { name, file, revision, tools, operationsLeftOut, argumentsLeftOut } of PUBLIC_DOCUMENTS) {
    const found = await reviewed(join(DOCUMENTS, file))
    if (!found.ok) {
      each.ok(false, `${name}: ${found.error}`)
      continue
    }
    const { listing, problems } = found
    const args = listing.leftOut.filter(line => line.includes(': the argument ')).length
    each.strictSame(
      [listing.revision, listing.tools.length, listing.leftOut.length - args, args],
      [revision, tools, operationsLeftOut, argumentsLeftOut], name
    )
    each.strictSame(problems, [], name)
    each.notOk(listing.tools.some(tool => lockedHash(tool, listing.requests.get(tool['name'] as string)) === undefined), `${name}: nested`)
  }
  each.end()
})

t.test('every example document of 3.0 and 3.1, as JSON and as YAML, is reviewed without a wrong request', { skip }, async t => {
  covers('rest.operations-become-tools')
  const each = collected(t)
  for (const folder of ['3.0/json', '3.0/yaml', '3.1/json', '3.1/yaml']) {
    for (const name of readdirSync(join(EXAMPLES, folder)).filter(file => /\.(?:json|yaml)$/.test(file))) {
      const found = await reviewed(join(EXAMPLES, folder, name))
      each.strictSame(found.ok ? found.problems : found.error, [], `${folder}/${name}`)
    }
  }
  each.end()
})

t.test('the table of the documents says what is counted here', async t => {
  covers('rest.operations-become-tools')
  const page = readFileSync('docs/upstreams.md', 'utf8')
  t.strictSame(PUBLIC_DOCUMENTS.map(documentRow).filter(row => !page.includes(row)), [])
})
