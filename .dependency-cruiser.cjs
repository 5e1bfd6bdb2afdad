// Which room may import which? The matrix of docs/architecture.md; what it does not list is an error.
const rooms = {
  kernel: [],
  config: ['kernel'],
  // Every listener of this program: it knows connections, and nothing that is served over them.
  listener: ['kernel'],
  auth: ['kernel'],
  policy: ['kernel', 'auth'],
  mcp: ['kernel', 'auth', 'policy'],
  // Asks a policy decision point. What it answers can only refuse: it makes no permit.
  'decision-point': ['kernel', 'auth', 'policy', 'mcp'],
  // Signed challenges for single calls: experimental.
  transaction: ['kernel', 'auth', 'policy', 'mcp'],
  // Asks other MCP servers. What a call needs, and who may make it, is decided above it.
  upstream: ['kernel'],
  proxy: ['kernel', 'config', 'policy', 'mcp', 'upstream', 'ledger'],
  // Reads OpenAPI documents for a review: no room that serves requests may import it.
  openapi: ['kernel', 'upstream'],
  // The files of the audit log: written by operations/, verified by a command that loads nothing else.
  audit: ['kernel'],
  // How much of a budget is used: pure, and the port of the storage that counts.
  ledger: ['kernel'],
  storage: ['kernel', 'ledger'],
  // The example service. Only server/ and cli/ know it.
  tickets: ['kernel', 'policy', 'mcp', 'ledger', 'storage'],
  http: ['kernel', 'auth', 'policy', 'mcp'],
  // Looks on. What it shows was decided elsewhere, and nothing imports it but the process that opens its listener.
  console: ['kernel', 'listener', 'auth', 'policy', 'mcp'],
  operations: ['kernel', 'config', 'audit', 'listener', 'auth', 'policy', 'mcp', 'ledger', 'console'],
  // Shares nothing with what it checks: it would share its mistakes.
  check: ['kernel'],
  // Is handed the storage, the verifiers and what the tools publish: cli/, which puts the commands together, knows those.
  doctor: ['kernel', 'config', 'auth', 'check'],
  // The plugin: knows no process, and no tickets.
  gateway: ['kernel', 'config', 'audit', 'listener', 'auth', 'policy', 'mcp', 'decision-point', 'transaction', 'http', 'console', 'operations'],
  // For tests of own tools, and the only room but policy/decide.ts that makes a permit: nothing of the product may import it.
  testing: ['kernel', 'config', 'policy', 'mcp', 'gateway'],
  server: [
    'kernel', 'config', 'audit', 'listener', 'auth', 'policy', 'mcp', 'http', 'console', 'operations', 'gateway', 'upstream', 'proxy',
    'ledger', 'storage', 'tickets'
  ],
  cli: [
    'kernel', 'config', 'audit', 'listener', 'auth', 'policy', 'mcp', 'check', 'doctor', 'decision-point', 'gateway', 'upstream', 'proxy', 'openapi',
    'ledger', 'storage', 'server', 'tickets', 'launcher'
  ],
  // Starts the programs of a local stack; what they serve it does not know.
  launcher: ['kernel', 'config', 'ticket-site'],
  // The web site for people: a process beside the gateway, on the same storage.
  'ticket-site': ['kernel', 'tickets'],
  // The exercises of a workshop: a process beside the gateway, and one more viewer of its console.
  exercises: ['kernel', 'console', 'storage']
}

const matrix = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only-its-neighbours`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` }
}))

/** The rooms inside a room, and which of their siblings each may import; '.' is a file beside them. */
const inside = {
  http: {
    decisions: [],
    answers: ['.'],
    pages: ['.', 'answers'],
    hooks: ['.', 'answers', 'decisions'],
    routes: ['.', 'answers', 'decisions', 'hooks', 'pages']
  },
  auth: {
    server: [],
    possession: ['.'],
    cache: ['.'],
    claims: ['.', 'possession'],
    jwt: ['.', 'claims', 'server'],
    introspection: ['.', 'claims', 'server', 'jwt'],
    authlete: ['.', 'claims', 'server'],
    guard: ['.', 'claims', 'server', 'jwt', 'introspection'],
    delegation: ['.', 'possession', 'cache', 'server', 'introspection']
  },
  tickets: { domain: [], storage: ['domain'], tools: ['domain'] }
}

const innerMatrix = Object.entries(inside).flatMap(([outer, siblings]) => Object.entries(siblings).map(([room, allowed]) => ({
  name: `${outer}-${room}-imports-only-its-neighbours`,
  severity: 'error',
  from: { path: `^src/${outer}/${room}/` },
  to: { path: `^src/${outer}/`, pathNot: `^src/${outer}/(${[room, ...allowed].map(name => name === '.' ? '[^/]+$' : `${name}/`).join('|')})` }
})))

const owners = (name, packages, pathNot) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot },
  to: { path: packages.map(name => `(^|node_modules/)${name}(/|$)`).join('|') }
})

module.exports = {
  forbidden: [
    ...matrix,
    ...innerMatrix,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '^src/index\\.ts$|^src/testing/testing\\.ts$|^src/tickets/tickets\\.ts$|^src/(server/(main|worker)|cli/mcp-resource-gateway)\\.ts$|^src/practice-as/practice-as\\.ts$|^src/ticket-site/ticket-site\\.ts$|^src/exercises/class-exercises\\.ts$|^src/console/view/console-page\\.ts$' }, to: {} },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'practice-server-stays-apart',
      comment: 'The product never reaches the practice authorization server, by a dynamic import neither.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/practice-as/' },
      to: { path: '^src/practice-as/' }
    },
    {
      name: 'practice-server-knows-the-kernel-only',
      severity: 'error',
      from: { path: '^src/practice-as/' },
      to: { path: '^src/', pathNot: '^src/(practice-as|kernel)/' }
    },
    {
      name: 'ticket-site-stays-apart',
      comment: 'The product never reaches the web site for people, by a dynamic import neither.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/ticket-site/' },
      to: { path: '^src/ticket-site/', pathNot: '^src/ticket-site/site-settings\\.ts$' }
    },
    {
      name: 'exercises-stay-apart',
      comment: 'The product never reaches the exercises of a workshop, by a dynamic import neither; they know shapes of the console alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/exercises/' },
      to: { path: '^src/exercises/' }
    },
    {
      name: 'exercises-use-no-code-of-the-console',
      severity: 'error',
      from: { path: '^src/exercises/' },
      to: { path: '^src/console/', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'tickets-through-their-service-only',
      comment: 'server/, cli/ and ticket-site/ know the example service as one object, and not its tools or its storage.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/tickets/' },
      to: { path: '^src/tickets/', pathNot: '^src/tickets/ticket-service\\.ts$' }
    },
    {
      name: 'the-gateway-never-reaches-tickets',
      severity: 'error',
      from: { path: '^src/(index\\.ts$|(gateway|http|operations|mcp|policy|auth|config|kernel|check|doctor)/)' },
      to: { path: '^src/tickets/', reachable: true }
    },
    {
      name: 'the-product-uses-no-test-helper',
      comment: 'A permit that is made in src/testing was decided by no policy.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/testing/' },
      to: { path: '^src/testing/' }
    },
    {
      name: 'only-the-authenticator-makes-grants',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/auth/authenticator\\.ts$' },
      to: { path: '^src/auth/grant\\.ts$', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'only-decide-makes-permits',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(policy/decide|testing/test-permit)\\.ts$' },
      to: { path: '^src/policy/permit\\.ts$', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'no-room-imports-the-mcp-sdk',
      comment: 'docs/decisions/0001-sdk-line.md: it runs in the tests.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '(^|node_modules/)@modelcontextprotocol(/|$)' }
    },
    owners('only-http-imports-fastify', ['fastify', '@fastify'], '^src/(http|gateway|server|testing|ticket-site)/'),
    owners('only-operations-measures', ['prom-client', '@opentelemetry'], '^src/operations/'),
    owners('only-http-and-operations-ask-redis', ['ioredis'], '^src/(http|operations)/'),
    owners('only-auth-and-upstream-call-out', ['undici'], '^src/(auth|upstream|practice-as|testing)/'),
    owners('only-upstream-and-the-launcher-start-programs', ['child_process'], '^src/(upstream|launcher)/'),
    owners('only-reviews-read-yaml', ['yaml'], '^src/openapi/'),
    owners('only-auth-caches', ['lru-cache'], '^src/(auth|practice-as|testing|ticket-site)/'),
    owners('only-auth-reads-signed-tokens', ['jose', '@authlete'], '^src/(auth|practice-as)/'),
    owners('only-storage-imports-sqlite', ['libsql'], '^src/storage/'),
    owners('only-storage-and-operations-ask-postgresql', ['pg'], '^src/(storage|operations)/'),
    owners('only-the-ticket-site-logs-people-in', ['openid-client'], '^src/ticket-site/'),
    owners('only-the-view-of-the-console-draws', ['preact'], '^src/console/view/'),
    {
      name: 'the-view-of-the-console-runs-in-a-browser',
      comment: 'Of the rest it may use the shapes of what is sent, and no code.',
      severity: 'error',
      from: { path: '^src/console/view/' },
      to: { path: '^src/', pathNot: '^src/console/view/', dependencyTypesNot: ['type-only'] }
    },
    owners('only-the-practice-server-imports-oidc-provider', ['oidc-provider'], '^src/practice-as/'),
    {
      name: 'no-development-dependency-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(practice-as|ticket-site|console/view)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] }
  }
}
