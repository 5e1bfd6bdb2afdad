// A preflight request of a browser (Fetch, CORS protocol).

import type { Gateway } from './gateway.ts'

export const preflight = (
  { app }: Gateway, url: string, origin: string, method = 'POST',
  headers = 'authorization,content-type,mcp-protocol-version,mcp-method,mcp-name,mcp-param-city'
) =>
  app.inject(
    { method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers } }
  )
