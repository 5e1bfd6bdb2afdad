// The part of the configuration schema about what is protected: the identifier of a resource, its address, and the tools of this program
// that it offers.

import { z } from 'zod'
import { isLocalPath, isResourceIdentifier } from './address-syntax.ts'
import { choice, group, text } from './members.ts'
import { isPrintable } from './text-syntax.ts'

const RESOURCE_IDENTIFIER =
  'an absolute http or https URI in normal form without query, fragment or trailing slash, such as http://localhost:3443/mcp'

export const identifier = text(RESOURCE_IDENTIFIER, isResourceIdentifier)
export const endpointPath = text('a path such as /mcp that the gateway does not use for anything else', isLocalPath).exactOptional()
export const resourceName = text('a text without control characters', isPrintable).exactOptional()

/** Without a description and a default, which differ. */
export const builtInTools = z.array(
  choice(['example', 'explain_authorization']), { error: () => 'expected a list of example, explain_authorization' }
)
export const instructions = z.string().min(1).exactOptional()

export const resource = group({
  identifier: identifier.describe('The resource identifier (RFC 8707, RFC 9728): the audience every token must carry, compared byte for ' +
    'byte, and the ' +
      'address clients use. Its path is the endpoint. Never derived from a request.'),
  endpointPath: endpointPath.describe('The path of the endpoint on this server, where it is not that of the identifier. Needed when the ' +
    'identifier has no path, ' +
      'such as https://mcp.example.com. Behind a proxy that strips a prefix: what is left of the path, `/mcp` of `/my-service/mcp`, or ' +
      '`/` of `/my-service`. Documents, challenges and DPoP proofs name the public addresses all the same.'),
  name: resourceName.describe('A name for people, `resource_name` in the metadata document.')
}).describe('What is protected.')
