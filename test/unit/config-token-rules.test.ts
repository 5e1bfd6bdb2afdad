// The configuration of the rules for tokens: what is refused, which values are there by default, and what is warned about.

import t from 'tap'
import { ENVIRONMENT_VARIABLES } from '../../src/config/environment.ts'
import { describeConfig } from '../../src/config/redaction.ts'
import type { GatewayConfig } from '../../src/config/schema.ts'
import { collected } from '../support/collected.ts'
import { accepted, AUTHLETE, mistakesIn, SECRET, withKind, withServer } from '../support/configuration.ts'
import { covers } from '../support/covers.ts'

const HYDRA = 'http://hydra-admin.auth.svc.cluster.local:4445/admin/oauth2/introspect'

t.test('token rules — the defaults are those of RFC 9068, for the first server and for further ones', async t => {
  const { config } = accepted({ ...withServer({}), furtherAuthorizationServers: [{ issuer: 'https://second.example', jwt: {} }] })
  for (const server of [config.authorizationServer, ...config.furtherAuthorizationServers]) {
    t.match(server, {
      acceptedAudiences: undefined,
      claims: { scope: ['scope'], clientId: ['client_id'], subject: ['sub'] },
      clockToleranceSeconds: 5,
      requireExpiry: true,
      subjectless: 'refuse',
      clients: undefined,
      requiredScopePrefix: undefined,
      allowInsecureIntrospection: undefined
    })
  }
})

t.test('token rules — what would loosen more than it says is refused', async t => {
  covers('auth.scopes-from-one-claim', 'auth.own-scope-required')
  const each = collected(t)
  const wrong: ReadonlyArray<readonly [member: Record<string, unknown>, path: string]> = [
    [{ acceptedAudiences: [] }, 'acceptedAudiences'],
    [{ acceptedAudiences: ['*'] }, 'acceptedAudiences.0'],
    [{ acceptedAudiences: ['https://*.example.com'] }, 'acceptedAudiences.0'],
    [{ acceptedAudiences: [''] }, 'acceptedAudiences.0'],
    [{ acceptedAudiences: 'https://a.example' }, 'acceptedAudiences'],
    [{ claims: { scope: [] } }, 'claims.scope'],
    ...['roles', 'permissions', 'groups', 'entitlements', 'authorities', 'https://app.example/Roles', 'realm_roles']
      .map(name => [{ claims: { scope: ['scope', name] } }, 'claims.scope.1'] as const),
    [{ claims: { scopes: ['scp'] } }, 'claims.scopes'],
    [{ clockToleranceSeconds: 301 }, 'clockToleranceSeconds'],
    [{ clockToleranceSeconds: -1 }, 'clockToleranceSeconds'],
    [{ requireExpiry: 'no' }, 'requireExpiry'],
    [{ subjectless: 'allow' }, 'subjectless'],
    [{ clients: [] }, 'clients'],
    [{ requiredScopePrefix: 'tickets' }, 'requiredScopePrefix'],
    [{ requiredScopePrefix: '' }, 'requiredScopePrefix']
  ]
  for (const [member, path] of wrong) {
    each.equal(mistakesIn(withServer(member))[0]?.startsWith(`authorizationServer.${path} `), true, JSON.stringify(member))
    const further = mistakesIn({ ...withServer({}), furtherAuthorizationServers: [{ issuer: 'https://second.example', jwt: {}, ...member }] })
    each.equal(further[0]?.startsWith(`furtherAuthorizationServers.0.${path} `), true, JSON.stringify(further))
  }
  each.end()
})

t.test('token rules — each that loosens something is warned about, with its server', async t => {
  const loose = {
    acceptedAudiences: ['api://tickets'], claims: { subject: ['email', 'sub'] }, requireExpiry: false, subjectless: 'client'
  }
  const paths = ['acceptedAudiences', 'claims.subject', 'requireExpiry', 'subjectless']
  t.strictSame(accepted(withServer(loose)).warnings.map(({ path }) => path), paths.map(path => `authorizationServer.${path}`))
  const further = accepted({ ...withServer({}), furtherAuthorizationServers: [{ issuer: 'https://second.example', ...AUTHLETE, ...loose }] })
  t.strictSame(further.warnings.map(({ path }) => path), paths.map(path => `furtherAuthorizationServers.0.${path}`))
})

t.test('servers — one that can never work is a mistake of the configuration, and its neighbours are none', async t => {
  covers('configuration.hopeless-server-refused')
  const each = collected(t)
  const asked = { clientId: 'rs', clientSecret: SECRET }
  for (const issuer of ['https://tenant.eu.auth0.com/', 'https://login.microsoftonline.com/t/v2.0', 'https://cognito-idp.eu-north-1.amazonaws.com/p', 'https://ref.supabase.co/auth/v1']) {
    each.match(mistakesIn({ ...withServer({ introspection: asked }), authorizationServer: { issuer, introspection: asked } }), [/^authorizationServer\.introspection .*no introspection endpoint/], issuer)
    each.strictSame(mistakesIn({ ...withServer({}), authorizationServer: { issuer, jwt: {} } }), [], issuer)
    each.strictSame(mistakesIn({ ...withServer({}), authorizationServer: { issuer, introspection: { ...asked, endpoint: 'https://proxy.example/introspect' } } }), [], `${issuer} with an endpoint of another program`)
  }
  for (const issuer of ['https://accounts.google.com', 'https://org.okta.com', 'https://org.okta.com/']) {
    each.match(mistakesIn({ ...withServer({}), authorizationServer: { issuer, jwt: {} } }), [/^authorizationServer\.issuer .*expected another authorization server/], issuer)
    each.match(mistakesIn({ ...withServer({}), furtherAuthorizationServers: [{ issuer, jwt: {} }] }), [/^furtherAuthorizationServers\.0\.issuer /], issuer)
  }
  for (const issuer of ['https://org.okta.com/oauth2/default', 'https://okta.com.example', 'https://auth0.com.example', 'https://accounts.google.com.example']) {
    each.strictSame(mistakesIn({ ...withServer({}), authorizationServer: { issuer, introspection: asked } }), [], issuer)
  }
  each.end()
})

t.test('acceptedAudiences — one that every token of the server has is told to be one', async t => {
  covers('auth.accepted-audiences')
  const told = (issuer: string, ...acceptedAudiences: string[]) => {
    const { warnings } = accepted({ ...withServer({}), furtherAuthorizationServers: [{ issuer, jwt: {}, acceptedAudiences }] })
    return warnings.filter(({ message }) => message.includes('every purpose')).map(({ message }) => message.split(':')[0] ?? '')
  }
  const auth0 = 'https://tenant.eu.auth0.com/'
  t.strictSame(told(auth0, `${auth0}userinfo`), ['https'])
  t.equal(told(auth0, `${auth0}api/v2/`).length, 1)
  t.equal(told('https://ids.example', 'https://ids.example/resources').length, 1)
  t.equal(told('https://id.example/realms/r1', 'account').length, 1)
  t.strictSame(told(auth0, 'https://mcp.example.com/mcp', `${auth0}mcp`, 'accounts'), [])
})

t.test('token rules — names that the translated replies of Authlete do not have are warned about, one by one', async t => {
  const warned = (claims: object) => {
    const { warnings } = accepted({ ...withServer({}), furtherAuthorizationServers: [{ issuer: 'https://second.example', ...AUTHLETE, claims }] })
    return warnings.map(({ path, message }) => `${path.split('.').slice(2).join('.')}: ${message.split(',')[0] ?? ''}`)
  }
  t.strictSame(warned({ scope: ['scp'] }), ['claims.scope: without scope'])
  t.strictSame(warned({ clientId: ['azp'], subject: ['oid'] }), ['claims.clientId: without client_id', 'claims.subject: without sub'])
  t.strictSame(warned({ scope: ['scp', 'scope'] }), [])
})

t.test('token rules — the line at start shows every member of every server', async t => {
  covers('configuration.token-rules-in-start-line')
  const rules = {
    acceptedAudiences: ['api://tickets'],
    claims: { scope: ['scp'], clientId: ['azp'], subject: ['oid'] },
    clockToleranceSeconds: 60,
    requireExpiry: false,
    subjectless: 'client',
    clients: ['mcp-cli'],
    requiredScopePrefix: 'tickets/',
    allowInsecureIntrospection: HYDRA
  }
  const introspection = { endpoint: HYDRA, clientAuthentication: 'none' }
  const { config } = accepted({
    ...withServer({ introspection, ...rules }),
    furtherAuthorizationServers: [{ issuer: 'https://second.example', introspection, ...rules }],
    resource: { identifier: 'https://api.example.com/my-service/mcp', endpointPath: '/mcp' },
    limits: { tokenCharacters: 40_000 }
  })
  const { authorizationServer, furtherAuthorizationServers, resource, limits } = describeConfig(config)
  for (const server of [authorizationServer, ...furtherAuthorizationServers]) t.match(server, { ...rules, introspection })
  t.match({ resource, limits }, { resource: { endpointPath: '/mcp' }, limits: { tokenCharacters: 40_000 } })
})

t.test('introspection — over plain http on another machine only at the one address that is named', async t => {
  covers('introspection.insecure-by-name')
  const asked = (endpoint: string, allowInsecureIntrospection?: string) => withServer({
    introspection: {
      endpoint,
      clientId: 'rs',
      clientSecret: SECRET
    },
    ...(allowInsecureIntrospection === undefined ? {} : { allowInsecureIntrospection })
  })
  t.match(mistakesIn(asked(HYDRA)), [/^authorizationServer\.introspection\.endpoint .*allowInsecureIntrospection/])
  t.strictSame(mistakesIn(asked(HYDRA, HYDRA)), [])
  t.match(accepted(asked(HYDRA, HYDRA)).warnings.map(({ path, message }) => `${path}: ${message}`).join('\n'), /allowInsecureIntrospection: tokens are sent to .* unencrypted/)
  const each = collected(t)
  for (const other of [`${HYDRA}/`, HYDRA.replace('4445', '4444'), HYDRA.replace('/introspect', ''), 'http://hydra-admin.auth.svc.cluster.local:4445', HYDRA.toUpperCase().replace('HTTP', 'http')]) {
    each.equal(mistakesIn(asked(HYDRA, other)).length, 2, other)
  }
  each.end()
  t.match(mistakesIn(withKind({ jwt: {}, allowInsecureIntrospection: HYDRA })), [/allowInsecureIntrospection .*expected exactly/])
})

t.test('introspection — without credentials only at a configured endpoint, and then without any', async t => {
  covers('introspection.without-credentials')
  const asked = (introspection: object) => withServer({ introspection: { clientAuthentication: 'none', ...introspection } })
  t.strictSame(mistakesIn(asked({ endpoint: 'https://login.example.com/introspect' })), [])
  t.match(mistakesIn(asked({})), [/introspection\.endpoint .*missing/])
  t.match(mistakesIn(asked({ endpoint: 'https://login.example.com/introspect', clientSecret: SECRET })), [/introspection\.clientSecret .*expected nothing/])
  t.match(accepted(asked({ endpoint: 'https://login.example.com/introspect' })).warnings.map(({ path }) => path), ['authorizationServer.introspection.clientAuthentication'])
  t.match(mistakesIn(withServer({ introspection: { clientSecret: SECRET } })), [/introspection\.clientId .*missing/])
})

t.test('described for the log — what a variable calls a secret is shown nowhere', async t => {
  const each = collected(t)
  for (const { name, path, secret } of ENVIRONMENT_VARIABLES) {
    if (secret !== true || path.join('.') === 'storage.url') continue
    const nested = path.reduceRight<unknown>((value, member) => ({ [member]: value }), 'kR4v-shown-nowhere')
    each.notMatch(JSON.stringify(describeConfig({ storage: { url: 'sqlite::memory:' }, ...nested as object } as GatewayConfig)), /shown-nowhere/, name)
  }
  each.end()
})
