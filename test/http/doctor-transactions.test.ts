// What the doctor says about the key of signed challenges, its file, its publication, and the memory of used transactions.

import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readPublishedChallengeKeys } from '../../src/gateway/transaction-parts.ts'
import { covers } from '../support/covers.ts'
import { configuration, found, startServer, temporaryDirectory, visit, type Members } from '../support/doctor-visit.ts'
import { startProofRedis } from '../support/proof-redis.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

function keyFile (t: Test, key: KeyObject = generateKeyPairSync('ed25519').privateKey, mode = 0o600): string {
  const file = join(temporaryDirectory(t), 'challenges.pem')
  writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }))
  chmodSync(file, mode)
  return file
}

async function visited (t: Test, privateKeyFile: string, { more = {}, challenge = {}, takes = true }: {
  readonly more?: Members, readonly challenge?: object, readonly takes?: boolean
} = {}) {
  const { origin } = await startServer(t, takes ? { transaction_authorization_endpoint: 'https://as.example/transaction' } : {})
  const transactionChallenge = { draft: '2026-06-25', privateKeyFile, ...challenge }
  return visit(configuration(origin, { policy: { authorizationDetailsWhenAbsent: 'deny', transactionChallenge }, ...more }))
}

t.test('doctor — a key that can sign is in order, and where it will be published is said', async t => {
  covers('doctor.challenge-key')
  const outcome = await visited(t, keyFile(t))
  t.match(found(outcome, 'transaction-challenge.key'), { state: 'good', found: 'signs with EdDSA' })
  t.match(found(outcome, 'transaction-challenge.published'), { state: 'good', found: /http:\/\/localhost:3443\/txn-challenge-keys\/mcp/ })
  t.match(found(outcome, 'transaction-challenge.key-file'), { state: 'absent' })
  t.match(found(outcome, 'authorization-server.transaction-challenge'), { state: 'good' })
  t.equal(outcome.status, 0)
})

t.test('doctor — a key that is missing or of another kind is a problem, and nothing of it is shown', async t => {
  covers('doctor.challenge-key')
  const missing = await visited(t, join(temporaryDirectory(t), 'none.pem'))
  t.match(found(missing, 'transaction-challenge.key'), { state: 'problem', found: /privateKeyFile: the file cannot be read \(ENOENT\)/ })
  t.equal(missing.status, 1)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const other = await visited(t, keyFile(t, privateKey))
  t.match(found(other, 'transaction-challenge.key'), { state: 'problem', found: /P-256 or Ed25519/, remedy: /openssl genpkey/ })
  t.notMatch(other.text, 'BEGIN')
})

t.test('doctor — a key file that others may read, and a server that takes no challenges, are warnings', {
  skip: process.platform === 'win32' ? 'a mode says nothing there' : false
}, async t => {
  covers('doctor.challenge-key')
  const outcome = await visited(t, keyFile(t, undefined, 0o644), { takes: false })
  t.match(found(outcome, 'transaction-challenge.key-file'), { state: 'warning', remedy: /chmod 600/ })
  t.match(found(outcome, 'authorization-server.transaction-challenge'), { state: 'warning' })
  t.equal(outcome.status, 0)
  t.match(found(await visited(t, keyFile(t, undefined, 0o640)), 'transaction-challenge.key-file'), { state: 'absent' })
})

t.test('doctor — a gateway that runs has to publish this very key', async t => {
  covers('doctor.challenge-key')
  const running = await startStubAuthorizationServer()
  t.teardown(running.close)
  running.on('/health', answersJson({ status: 'alive' }))
  const more = { host: '127.0.0.1', port: Number(new URL(running.origin).port) }
  const file = keyFile(t)
  const published = async (body: unknown) => {
    running.on('/txn-challenge-keys/mcp', answersJson(body))
    return found(await visited(t, file, { more }), 'transaction-challenge.published')
  }
  const keysOf = (name: string): unknown =>
    JSON.parse(readPublishedChallengeKeys(name, { identifier: 'http://localhost:3443/mcp' }).keysJson)
  t.match(await published(keysOf(file)), { state: 'good', found: /publishes this key/ })
  t.match(await published(keysOf(keyFile(t))), { state: 'warning', found: /another key/ })
  t.match(await published({ error: 'not_found' }), { state: 'warning', found: /no keys/ })
})

t.test('doctor — asks the memory of used transactions, where there is one', async t => {
  covers('doctor.challenge-key')
  const redis = await startProofRedis()
  t.teardown(redis.close)
  const challenge = { memoryUrl: redis.url }
  t.match(found(await visited(t, keyFile(t), { challenge }), 'transaction-challenge.memory'), { state: 'good' })
  await redis.close()
  const away = await visited(t, keyFile(t), { challenge })
  t.match(found(away, 'transaction-challenge.memory'), { state: 'problem', remedy: /TRANSACTION_MEMORY_URL/ })
  t.notMatch(away.text, redis.url)
})
