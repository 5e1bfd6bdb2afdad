// Which scopes do the ticket tools ask for? The names of the tutorial.

export const READ_SCOPE = 'mcp:tickets:read'
export const WRITE_SCOPE = 'mcp:tickets:write'
