// The manifests of deploy/kubernetes: each overlay renders, its objects have the types of the API and no unknown member, what they name is
// there, pods meet the restricted standard, and the gateway starts with the configuration that a pod would have.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { fencesOf } from '../../scripts/docs/markdown.ts'
import { covers } from '../support/covers.ts'
import { startPeopleServer } from '../support/gateway-server.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { containersOf, environmentOf, gatewayOf, podOf, type Container } from '../support/pod-parts.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { startStandInRedis } from '../support/redis-server.ts'
import { OVERLAYS, renderOverlay, TYPES, whyNoKubectl, type Manifest } from '../support/rendered-manifests.ts'

const skip = whySkippedTheSecondTime || whyNoKubectl()
const SECRETS = '/run/secrets/gateway/'

const find = (manifests: readonly Manifest[], kind: string) => manifests.filter(manifest => manifest.kind === kind)

t.test('manifests — have the types of the API, and no member that it does not know', { skip }, async t => {
  covers('operations.kubernetes-manifests')
  const folder = mkdtempSync(join(TYPES, 'node_modules/.check-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const lines: string[] = []
  const problems: string[] = []
  for (const overlay of OVERLAYS) {
    for (const [index, manifest] of renderOverlay(t, overlay).entries()) {
      const group = manifest.apiVersion
      const types = await import(pathToFileURL(join(TYPES, `node_modules/kubernetes-models/${group}/index.js`)).href) as
        Readonly<Record<string, new (data: object) => { validate: () => void }>>
      const Type = types[manifest.kind]
      if (Type === undefined) { problems.push(`${overlay}: no ${group} ${manifest.kind}`); continue }
      try {
        new Type(manifest).validate()
      } catch (error) {
        problems.push(`${overlay}: ${manifest.kind} ${manifest.metadata.name}: ${String(error)}`)
      }
      const alias = `T${overlay}${index}`
      lines.push(`import type { I${manifest.kind} as ${alias} } from 'kubernetes-models/${group}'`,
        `(${JSON.stringify(manifest)}) satisfies ${alias}`)
    }
  }
  writeFileSync(join(folder, 'manifests.ts'), `${lines.join(';\n')}\n`)
  const compilerOptions = { noEmit: true, strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2023', types: [] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['manifests.ts'] }))
  try {
    execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    problems.push((error as { stdout: string }).stdout)
  }
  t.strictSame(problems, [])
  t.ok(lines.length > 40)
})

for (const overlay of OVERLAYS) {
  t.test(`overlay ${overlay}`, { skip }, async t => {
    const manifests = renderOverlay(t, overlay)
    const pod = podOf(manifests)
    const gateway = gatewayOf(manifests)

    t.test('pods — meet the restricted standard, with a read-only root', async t => {
      covers('operations.kubernetes-manifests')
      const { securityContext, automountServiceAccountToken } = pod
      t.match(securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
      t.equal(automountServiceAccountToken, false)
      const loose = containersOf(pod).filter(({ securityContext: own, resources, image }: Container) =>
        own?.['readOnlyRootFilesystem'] !== true || own['allowPrivilegeEscalation'] !== false ||
        JSON.stringify(own['capabilities']) !== '{"drop":["ALL"]}' || resources?.limits?.['memory'] === undefined ||
        /:latest$|^[^:]*$/.test(image))
      t.strictSame(loose.map(({ name }) => name), [])
    })

    t.test('references — ports, labels, files of the configuration and of secrets are there', async t => {
      const names = (gateway.ports ?? []).map(({ name }) => name)
      const probes = [gateway.startupProbe, gateway.livenessProbe, gateway.readinessProbe]
      t.ok(probes.every(probe => names.includes(probe?.httpGet.port ?? '')))
      t.equal(gateway.readinessProbe?.httpGet.path, '/ready')
      t.equal(gateway.livenessProbe?.httpGet.path, '/health')
      const labels = JSON.stringify({ 'app.kubernetes.io/name': 'mcp-resource-gateway' })
      const selectors = [
        ...find(manifests, 'Service').map(({ spec }) => (spec as { selector: object }).selector),
        ...find(manifests, 'PodDisruptionBudget').map(({ spec }) => (spec as { selector: { matchLabels: object } }).selector.matchLabels),
        ...find(manifests, 'NetworkPolicy').map(({ spec }) => (spec as { podSelector: { matchLabels: object } }).podSelector.matchLabels)
      ]
      t.strictSame([...new Set(selectors.map(selector => JSON.stringify(selector)))], [labels])
      t.equal(selectors.length, 4)
      const secrets = Object.values(environmentOf(manifests)).filter(value => value.startsWith(SECRETS))
        .map(value => value.slice(SECRETS.length))
      const kustomization = readFileSync(`deploy/kubernetes/overlays/${overlay}/kustomization.yaml`, 'utf8') +
        readFileSync('deploy/kubernetes/base/gateway.yaml', 'utf8')
      for (const secret of secrets) t.match(kustomization, `--from-file=${secret}=`, `how ${secret} is made is said`)
      t.notMatch(JSON.stringify(manifests), /"kind":"Secret"|password/i, 'no secret is part of the manifests')
    })

    t.test('times — the pod is given longer than the gateway takes, and the notice is longer than the probes need', async t => {
      const { limits } = JSON.parse(configurationOf(manifests)['gateway.json'] ?? '') as { limits: Readonly<Record<string, number>> }
      const { shutdownNoticeMs = 0, shutdownDeadlineMs = 0 } = limits
      const { periodSeconds = 0, failureThreshold = 0 } = gateway.readinessProbe ?? {}
      t.ok(pod.terminationGracePeriodSeconds * 1000 > shutdownDeadlineMs)
      t.ok(shutdownNoticeMs > periodSeconds * failureThreshold * 1000)
    })

    t.test('configuration — the gateway starts with it, and answers its probes', async t => {
      await startAsInPod(t, manifests)
    })
  })
}

t.test('document — the folder that an operator makes renders, with its image, addresses and namespace', { skip }, t => {
  covers('operations.kubernetes-manifests')
  const [own] = fencesOf(readFileSync('docs/operations/kubernetes.md', 'utf8')).filter(({ language }) => language === 'yaml')
  const manifests = renderOverlay(t, 'mine', own?.text)
  t.equal(gatewayOf(manifests).image, 'registry.your.example/mcp-resource-gateway:0.1.0')
  t.match(environmentOf(manifests), {
    RESOURCE_IDENTIFIER: 'https://mcp.your.example/mcp',
    AUTHORIZATION_SERVER_ISSUER: 'https://login.your.example',
    INTROSPECTION_CLIENT_ID: 'ticket-gateway'
  })
  t.strictSame([...new Set(manifests.map(({ metadata }) => metadata['namespace']))], ['mcp'])
  t.end()
})

function configurationOf (manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const map = find(manifests, 'ConfigMap').find(({ metadata }) => metadata.name.startsWith('gateway-file'))
  return map?.['data'] as Readonly<Record<string, string>>
}

async function startAsInPod (t: Test, manifests: readonly Manifest[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pod-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const people = await startPeopleServer(t)
  const redis = await startStandInRedis()
  t.teardown(() => redis.close())
  const here = (text: string) => ['/etc/mcp-resource-gateway', '/run/secrets/gateway', '/var/lib/mcp-resource-gateway']
    .reduce((result, place) => result.replaceAll(place, join(folder, place)), text)
  for (const place of ['etc/mcp-resource-gateway', 'run/secrets/gateway', 'var/lib/mcp-resource-gateway']) {
    mkdirSync(join(folder, place), { recursive: true })
  }
  const [port = 0, health = 0, metrics = 0] = await freePorts(3)
  for (const [name, text] of Object.entries(configurationOf(manifests))) {
    writeFileSync(join(folder, 'etc/mcp-resource-gateway', name), here(text).replaceAll('0.0.0.0', '127.0.0.1')
      .replace('3443', String(port)).replace('9465', String(health)).replace('9464', String(metrics)))
  }
  const secrets = { introspection: people.secret, payments: 'a token', 'redis-url': redis.url, 'storage-url': `sqlite:${folder}/shared.db` }
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(folder, 'run/secrets/gateway', name), `${text}\n`)
  const environment = Object.fromEntries(Object.entries(environmentOf(manifests)).map(([name, value]) => [name, here(value)]))
  const program = startProgram(process.execPath, [builtProgram('dist/server.js')], {
    ...environment, AUTHORIZATION_SERVER_ISSUER: people.issuer, INTROSPECTION_CLIENT_ID: 'gateway'
  })
  t.teardown(async () => { program.signal('SIGKILL'); await program.ended })
  await program.line(/"event":"listening"/)
  const status = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`).then(answer => answer.status)
  t.equal(await status(health, '/health'), 200)
  t.equal(await status(port, '/.well-known/oauth-protected-resource/mcp'), 200)
  t.equal(await status(metrics, '/metrics'), 200)
  program.signal('SIGHUP')
  await program.line(/"event":"configuration-reloaded"/)
}
