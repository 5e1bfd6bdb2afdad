// The audiences of a resource for which configuration names none.

/**
 * The audiences that are accepted when configuration names none: the resource identifier. `https://mcp.example.com` and
 * `https://mcp.example.com/` are one resource (RFC 3986 section 6.2.3), and clients send either form as `resource`.
 * @example defaultAudiences('https://mcp.example.com') // ['https://mcp.example.com', 'https://mcp.example.com/']
 */
export function defaultAudiences (resource: string): readonly string[] {
  return new URL(resource).origin === resource ? [resource, `${resource}/`] : [resource]
}
