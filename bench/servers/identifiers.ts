// What do the servers call themselves and each other?

export const RESOURCE = 'http://localhost:3443/mcp'
export const ISSUER = 'http://localhost:9000'
export const CLIENT_ID = 'mcp-server'
export const CLIENT_SECRET = 'mcp-server-secret'
