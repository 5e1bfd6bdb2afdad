// Who can turn the switches of the lab? Not a page of another site, not a name that leads here, and off loopback the teacher alone.

import { request as httpRequest } from 'node:http'
import t from 'tap'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'

const server = await createPracticeServer({ lab: {} })
t.teardown(() => server.close())
const { issuer } = server

const formOf = async (origin: string) => {
  const page = await (await fetch(`${origin}/lab`)).text()
  return new URLSearchParams({ formToken: /name="formToken" value="([^"]+)"/.exec(page)?.[1] ?? '', do: 'on down', person: 'inga', duration: '60' })
}
const activeAt = async (origin: string) => {
  const state = await (await fetch(`${origin}/lab/state`)).json() as { switches: { id: string }[] }
  return state.switches.map(({ id }) => id)
}

t.test('form — its token and its origin are wanted; then it switches, and back', async t => {
  covers('practice.lab-guarded')
  const form = await formOf(issuer)
  const post = (body: URLSearchParams, headers: Record<string, string> = {}) => fetch(`${issuer}/lab`, { method: 'POST', redirect: 'manual', headers, body })
  const without = new URLSearchParams(form)
  without.delete('formToken')
  t.equal((await post(without)).status, 403)
  t.equal((await post(form, { origin: 'http://evil.example' })).status, 403)
  t.equal((await post(form, { origin: 'http://localhost:6274' })).status, 403, 'another program of this machine')
  t.equal((await post(form, { origin: issuer, 'sec-fetch-site': 'cross-site' })).status, 403)
  t.strictSame(await activeAt(issuer), [], 'nothing was changed')

  const done = await post(form, { origin: issuer, 'sec-fetch-site': 'same-origin' })
  t.equal(done.status, 303)
  t.strictSame(await activeAt(issuer), ['down'])
  form.set('do', 'all-off')
  await post(form)
  t.strictSame(await activeAt(issuer), [])
  form.set('do', 'on new-key')
  t.equal((await post(form)).status, 409, 'not for a person')
})

t.test('JSON — only as JSON, never for another origin, never by another name', async t => {
  covers('practice.lab-guarded')
  const put = (headers: Record<string, string>, body = '{}') => fetch(`${issuer}/lab/switches/down`, { method: 'PUT', headers, body })
  t.equal((await put({ 'content-type': 'text/plain' })).status, 400, 'as a form of another site can send it')
  t.equal((await put({ 'content-type': 'application/json', origin: 'http://evil.example' })).status, 403)
  t.equal((await put({ 'content-type': 'application/json' }, '{')).status, 400)
  const preflight = await fetch(`${issuer}/lab/switches/down`, { method: 'OPTIONS', headers: { origin: 'http://evil.example' } })
  t.equal(preflight.headers.get('access-control-allow-origin'), null)
  t.equal((await fetch(`${issuer}/lab/switches/nothing`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}' })).status, 404)

  const { port } = new URL(issuer)
  const rebound = await new Promise<number | undefined>((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path: '/lab', headers: { host: `evil.example:${port}` } }, response => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject).end()
  })
  t.equal(rebound, 403)
  t.strictSame(await activeAt(issuer), [])
})

t.test('off — without the option there is no lab', async t => {
  covers('practice.lab-guarded')
  const plain = await createPracticeServer()
  t.teardown(() => plain.close())
  t.equal((await fetch(`${plain.issuer}/lab`)).status, 404)
})

t.test('teacher — a lab with a secret opens for the secret alone; off loopback there is none without one', async t => {
  covers('practice.lab-guarded', 'practice.classroom')
  await t.rejects(createPracticeServer({ host: '192.168.10.5', lab: {} }), /secret of the teacher/)
  const classroom = await createPracticeServer({ lab: { teacherSecret: 'a long secret' } })
  t.teardown(() => classroom.close())
  const open = (password?: string) => fetch(`${classroom.issuer}/lab/state`, {
    headers: password === undefined ? {} : { authorization: `Basic ${Buffer.from(`teacher:${password}`).toString('base64')}` }
  })
  const refused = await open()
  t.equal(refused.status, 401)
  t.match(refused.headers.get('www-authenticate') ?? '', 'Basic realm="lab"')
  t.equal((await open('another secret')).status, 401)
  t.equal((await open('a long secret')).status, 200)
  t.equal((await fetch(`${classroom.issuer}/.well-known/oauth-authorization-server`)).status, 200, 'the rest is open')
})
