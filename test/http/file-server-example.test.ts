// The example of docs/upstreams.md: config/upstreams/files.json in front of the real definitions of server-filesystem. Its server is a stub
// here, so that what reaches it can be looked at.

import { readFileSync } from 'node:fs'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { gatewayWithUpstreams } from '../support/gateway-with-upstreams.ts'

const read = (file: string) => readFileSync(`config/upstreams/${file}`, 'utf8')
const lock = JSON.parse(read('files.lock.json')) as { tools: Record<string, { definition: JsonObject }> }
const example = {
  files: { 'files.json': read('files.json'), 'files.lock.json': read('files.lock.json') },
  tools: Object.values(lock.tools).map(({ definition }) => definition)
}
const READER = {
  scopes: ['files:read', 'files:write'],
  authorizationDetails: [{ type: 'files', actions: ['read'], folders: ['/srv/projects/apollo'], maxFiles: 2 }]
}

t.test('the file example — limits hold for each path of a call, and the remedy names what is missing', async t => {
  covers('proxy.denied-calls-stay-here', 'proxy.paths-compared-by-segments')
  const { gateway, stub } = await gatewayWithUpstreams(t, example)
  const client = gateway.connect(READER)
  const each = collected(t)
  const call = async (tool: string, args: object) => {
    const { status, result, challenge, error } = await client.callTool(`files_${tool}`, args)
    const encoded = challenge?.['authorization_remediation']
    const remedy = encoded === undefined
      ? undefined
      : (JSON.parse(Buffer.from(encoded, 'base64url').toString()) as { authorization_details: unknown[] }).authorization_details[0]
    return { status, refused: result?.isError === true, remedy, unknown: error !== undefined && status === 200 }
  }
  const needing = (action: string, ...folders: string[]) => ({ type: 'files', actions: [action], folders })

  each.match(await call('read_text_file', { path: '/srv/projects/apollo/plan.txt' }), { status: 200, refused: false })
  each.match(await call('read_text_file', { path: '/srv/projects/zeus/secret.txt' }),
    { status: 403, remedy: needing('read', '/srv/projects/zeus/secret.txt') })
  each.match(await call('read_text_file', { path: '/srv/projects/apollo/../zeus/secret.txt' }), { status: 200, refused: true })
  each.match(await call('read_text_file', { path: '/srv/projects/apollo/plan.txt', Path: '/etc/passwd' }), { refused: true })
  each.match(await call('read_text_file', { path: '/srv/projects/ap' }), { status: 403 })
  each.match(await call('read_multiple_files', { paths: ['/srv/projects/apollo/a', '/srv/projects/zeus/b'] }),
    { status: 403, remedy: needing('read', '/srv/projects/apollo/a', '/srv/projects/zeus/b') })
  each.match(await call('read_multiple_files', { paths: ['a', 'b', 'c'].map(name => `/srv/projects/apollo/${name}`) }), { status: 403 })
  each.match(await call('move_file', { source: '/srv/projects/apollo/a', destination: '/srv/projects/zeus/a' }),
    { status: 403, remedy: needing('write', '/srv/projects/apollo/a', '/srv/projects/zeus/a') })
  each.match(await call('read_file', { path: '/srv/projects/apollo/plan.txt' }), { unknown: true })
  each.equal(stub.calls.length, 1, 'one call was permitted')
  each.end()
})

t.test('the file example — a retry with the remedy granted succeeds', async t => {
  covers('proxy.denied-calls-stay-here')
  const { gateway } = await gatewayWithUpstreams(t, example)
  const path = '/srv/projects/zeus/secret.txt'
  const { challenge } = await gateway.connect(READER).callTool('files_read_text_file', { path })
  const { authorization_details: authorizationDetails } =
    JSON.parse(Buffer.from(challenge?.['authorization_remediation'] ?? '', 'base64url').toString()) as { authorization_details: object[] }
  t.equal((await gateway.connect({ ...READER, authorizationDetails }).callTool('files_read_text_file', { path })).status, 200)
})

t.test('the file example — a remedy that is too long for a header is in a result with an envelope, and in no challenge', async t => {
  covers('proxy.long-remedies-in-the-body')
  const { gateway } = await gatewayWithUpstreams(t, example)
  const paths = Array.from({ length: 64 }, (_, index) => `/srv/projects/zeus/${'x'.repeat(200)}/${index}`)
  const { status, challenge, body } = await gateway.connect(READER).callTool('files_read_multiple_files', { paths })
  t.equal(status, 200)
  t.equal(challenge, undefined)
  t.match(body, {
    result: {
      isError: true,
      content: [{ text: /do not allow this call.*Nothing was done\.$/ }],
      _meta: {
        'io.modelcontextprotocol/authorization': {
          reason: 'insufficient_authorization',
          remediation: 'available',
          authorizationContextId: /^[0-9a-f-]{36}$/,
          remediationHints: [{
            type: 'authorization_remediation', authorization_details: [{ type: 'files' }], authorization_reference: /^[\w-]{22}$/
          }]
        }
      }
    }
  })
  const { result } = await gateway.connect(READER).callTool('files_read_multiple_files', { paths: [...paths, '/srv/projects/one-more'] })
  t.equal(result?.isError, true, 'no more values than a remedy can name')
})
