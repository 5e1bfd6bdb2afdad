// The overlays of deploy/kubernetes as kubectl renders them. The kubectl of Debian 12 is of 2021 and knows two fields of a kustomization
// under their former names: for it a copy is rendered in which those two are renamed.

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'

export const OVERLAYS = ['sqlite', 'replicas', 'sidecars'] as const
/** Installed apart from the gateway: the types of the API, and a reader for YAML. */
export const TYPES = resolve('test/cluster')
/** Since 1.21 the built-in kustomize is of its fourth version. */
const FIRST_NEW = 21

export interface Manifest extends JsonObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: JsonObject & { readonly name: string }
}

/** Why nothing can be rendered here, or false. */
export function whyNoKubectl (): string | false {
  if (spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).error !== undefined) return 'kubectl is not installed'
  return whyNoTypes()
}

/** Why there is neither YAML nor a type to compare with, or false. */
export function whyNoTypes (): string | false {
  return existsSync(join(TYPES, 'node_modules/kubernetes-models')) ? false : 'test/cluster is not installed'
}

/**
 * Every object of an overlay. Throws with what kubectl says when it does not render.
 * @param own a kustomization of an operator, in a folder beside the others
 */
export function renderOverlay (t: Test, overlay: string, own?: string): readonly Manifest[] {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  cpSync('deploy/kubernetes', folder, { recursive: true })
  if (own !== undefined) {
    mkdirSync(join(folder, 'overlays', overlay))
    writeFileSync(join(folder, 'overlays', overlay, 'kustomization.yaml'), own)
  }
  if (isOld()) renameFields(folder)
  const text = execFileSync('kubectl', ['kustomize', join(folder, 'overlays', overlay)], { encoding: 'utf8', stdio: 'pipe' })
  const { parseAllDocuments } = createRequire(join(TYPES, 'package.json'))('yaml') as {
    parseAllDocuments: (text: string) => ReadonlyArray<{ toJS: () => Manifest }>
  }
  return parseAllDocuments(text).map(document => document.toJS())
}

function isOld (): boolean {
  const { clientVersion } = JSON.parse(execFileSync('kubectl', ['version', '--client', '-o', 'json'], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']
  })) as { clientVersion: { minor: string } }
  return Number.parseInt(clientVersion.minor, 10) < FIRST_NEW
}

function renameFields (folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('kustomization.yaml'))) {
    const [whole = '', base = ''] = /^ {2}- (\.\..*)\n/m.exec(readFileSync(join(folder, name), 'utf8')) ?? []
    const text = readFileSync(join(folder, name), 'utf8').replace(whole, '').replace(/^resources:\n(?! )/m, '')
      .replace(/^patches:\n((?: {2}- path: .*\n)+)/m, (_, paths: string) => `patchesStrategicMerge:\n${paths.replaceAll('path: ', '')}`)
    writeFileSync(join(folder, name), base === '' ? text : `${text}\nbases:\n  - ${base}\n`)
  }
}
