// What the doctor says about mistakes in files: each with the document that describes the member.

import t from 'tap'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import type { DoctorReport } from '../../src/doctor/diagnose.ts'
import { covers } from '../support/covers.ts'
import { configuration, terminal, type Members } from '../support/doctor-visit.ts'
import { PAYMENT_FILES, PAYMENTS } from '../support/upstream-files.ts'

const HERE = '/etc/gateway/'

async function remedies (files: Members): Promise<readonly string[]> {
  const out = terminal()
  await runDoctor(['--json'], out, {
    env: { GATEWAY_CONFIG: 'main.json' },
    cwd: HERE,
    readFile (path) {
      const file = files[path.replace(HERE, '')]
      if (file === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' })
      return typeof file === 'string' ? file : JSON.stringify(file)
    }
  })
  const { diagnoses } = JSON.parse(out.written.text) as DoctorReport
  return diagnoses.map(({ remedy }) => /docs\/[\w-]+\.md/.exec(remedy ?? '')?.[0] ?? 'no document')
}

const main = (more: Members = {}): Members => configuration('https://as.example', { upstreams: ['payments.json'], ...more })

t.test('doctor — a mistake names the document that describes its file', async t => {
  covers('doctor.says-whether-it-would-work')
  const upstreams = ['docs/upstreams.md']
  const itself = ['docs/configuration.md']
  t.strictSame(await remedies({}), itself, 'no configuration')
  t.strictSame(await remedies({ 'main.json': '{' }), itself, 'no JSON')
  t.strictSame(await remedies({ 'main.json': main({ prot: 3443, upstreams: [] }) }), itself, 'a member of the configuration')
  t.strictSame(await remedies({ 'main.json': main() }), upstreams, 'no upstream file')
  t.strictSame(await remedies({ 'main.json': main(), 'payments.json': '{' }), upstreams, 'an upstream file without JSON')
  const misspelt = { ...PAYMENT_FILES, 'payments.json': { ...PAYMENTS, prefx: 'p_' } }
  t.strictSame(await remedies({ 'main.json': main(), ...misspelt }), upstreams, 'a member of an upstream file')
  t.strictSame(await remedies({ 'main.json': main(), 'payments.json': PAYMENTS }), upstreams, 'no lock')
  const broken = { ...PAYMENT_FILES, 'payments.lock.json': '{}' }
  t.ok((await remedies({ 'main.json': main(), ...broken })).every(name => name === 'docs/upstreams.md'), 'a lock that is none')
  const endpoints = [{ identifier: 'http://localhost:3443/mcp/two', upstreams: ['payments.json'] }]
  t.strictSame(await remedies({ 'main.json': main({ endpoints }), ...PAYMENT_FILES }), upstreams, 'a file of two endpoints')
})
