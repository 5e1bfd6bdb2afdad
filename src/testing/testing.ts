// Public names of `mcp-resource-gateway/testing`: what a test of own tools needs. Not for production: a permit that is made here was
// decided by no policy. The boundary rules keep every other room from importing this one.

export { createTestAuthorizationServer, type TestAuthorizationServer, type TestToken } from './test-authorization-server.ts'
export { createTestClient, type TestAnswer, type TestClient, type TestClientOptions, type TestToolResult } from './test-client.ts'
export { createTestClock, type TestClock } from './test-clock.ts'
export { createTestGateway, type TestGateway, type TestGatewayOptions } from './test-gateway.ts'
export { testPermit, type TestPermitOptions } from './test-permit.ts'
