// Runs the local stack of the tutorial: practice authorization server, gateway, ticket shop, MCP Inspector. Called by
// launch-local-server.sh once everything is installed and built.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { processEnvironment } from '../src/config/environment.ts'
import { LOCALES, type Locale } from '../src/kernel/locale.ts'
import { readCommandLine } from './command-line.ts'
import { PROGRAMS } from './launcher/clone-programs.ts'
import { FILE_SERVER, FILE_SERVER_PACKAGES, writeFilesExample, type FilesExample } from './launcher/files-example.ts'
import { classroomWarning, listClassroomAddresses, readClassroomAddress } from '../src/launcher/classroom-address.ts'
import {
  createInspectorLines, INSPECTOR_ADDRESS, INSPECTOR_PROGRAMS, isNewEnoughForInspector2, writeInspector2Catalog, type InspectorVersion
} from '../src/launcher/inspector.ts'
import { inLanguage, languageNamed, languageOfTerminal } from '../src/launcher/language.ts'
import { planStack, type Plan } from '../src/launcher/plan.ts'
import type { Workshop } from '../src/launcher/part.ts'
import { findTakenPorts } from '../src/launcher/ports.ts'
import { runAtTerminal } from '../src/launcher/terminal-stack.ts'
import { stackReady } from './launcher/ready-words.ts'
import { writeShopExample } from './launcher/shop-example.ts'
import { writeWorkshop } from './launcher/workshop-files.ts'
import { workshopReady } from './launcher/workshop-words.ts'

const USAGE = 'Usage: sh scripts/launch-local-server.sh [--workshop [--address ADDRESS]] [--upstream files | --shop] ' +
  '[--language en|ja] [--inspector 1|2|both] [--no-inspector] [--no-shop] [--help]\n'

const options = readCommandLine(USAGE, {
  'no-inspector': { type: 'boolean' },
  'no-shop': { type: 'boolean' },
  inspector: { type: 'string' },
  language: { type: 'string' },
  upstream: { type: 'string' },
  shop: { type: 'boolean' },
  workshop: { type: 'boolean' },
  address: { type: 'string' }
})
if (options.address !== undefined && options.workshop !== true) fail(['--address: only with --workshop'])
if (options.address === 'list') {
  process.stdout.write(`${listClassroomAddresses().join('\n')}\n`)
  process.exit(0)
}
if (options.upstream !== undefined && options.workshop === true) fail(['--upstream: a workshop has the files already, so leave it out'])
if (options.shop === true && (options.upstream !== undefined || options.workshop === true)) {
  fail(['--shop: brings its own configuration, so leave the others out'])
}
const inspectors = inspectorsFor(options['no-inspector'] === true ? 'none' : options.inspector ?? '1')

const ownEnvironment = processEnvironment()
const example = options.upstream === undefined ? undefined : prepareUpstream(options.upstream)
const prepared = options.workshop === true ? prepareWorkshop(options.address) : undefined
const config = example?.config ?? prepared?.config
const configured = options.shop === true
  ? prepareShop()
  : config === undefined ? ownEnvironment : { ...ownEnvironment, GATEWAY_CONFIG: config }
const language = options.language === undefined ? undefined : chosenLanguage(options.language)
const spoken = language ?? languageOfTerminal(ownEnvironment)
const env = language === undefined ? configured : inLanguage(configured, language)
const planned = planStack({
  env,
  programs: PROGRAMS,
  inspectors,
  site: options['no-shop'] !== true,
  shopService: options.shop === true,
  workshop: prepared?.workshop
})
if (!planned.ok) fail(planned.error)
for (const version of inspectors) {
  if (existsSync(INSPECTOR_PROGRAMS[version])) continue
  fail([`MCP Inspector ${version} is not installed: run sh scripts/launch-local-server.sh, or leave it out with --no-inspector`])
}
if (inspectors.includes(2)) writeInspector2Catalog(planned.value.gatewayUrl)
const taken = await findTakenPorts(planned.value.parts, prepared?.workshop.classroom?.address)
if (taken.length > 0) fail(taken)

const inspectorAddresses: string[] = []
const isNewOfInspector = createInspectorLines()
let consoleAddress: string | undefined
let labAddress: string | undefined
if (prepared?.workshop.classroom !== undefined) process.stdout.write(`${classroomWarning(prepared.workshop.classroom, spoken).join('\n')}\n`)
const wasAskedToEnd = await runAtTerminal({
  parts: planned.value.parts,
  onLine: line => {
    const isInspector = line.startsWith('[INSPECT] ')
    const address = isInspector ? INSPECTOR_ADDRESS.exec(line)?.[0] : undefined
    if (address !== undefined) inspectorAddresses.push(address)
    consoleAddress ??= /^\[APP\] .*\bconsole: (http\S+)/.exec(line)?.[1]
    labAddress ??= /^\[AS\] lab: (http\S+)/.exec(line)?.[1]
    return !isInspector || isNewOfInspector(line)
  },
  whenReady: () => prepared === undefined
    ? whatNext(planned.value)
    : workshopReady(planned.value, prepared.workshop, {
      console: consoleAddress,
      lab: labAddress,
      shop: originOf(planned.value, 'SITE'),
      exercises: originOf(planned.value, 'CLASS'),
      inspector: inspectorAddresses[0]
    }, spoken)
})
process.exit(wasAskedToEnd ? 0 : 1)

function whatNext (plan: Plan): string {
  return stackReady({
    language: spoken,
    plan,
    shop: originOf(plan, 'SITE'),
    inspectors: inspectorAddresses.flatMap((address, index) => {
      const version = inspectors[index]
      return version === undefined ? [] : [{ version, address }]
    }),
    console: consoleAddress,
    lab: labAddress,
    example: options.shop === true ? 'shop' : example
  })
}

function originOf ({ parts }: Plan, label: 'SITE' | 'CLASS'): string | undefined {
  return parts.find(part => part.label === label)?.env[label === 'SITE' ? 'SITE_ORIGIN' : 'EXERCISES_ORIGIN']
}

/** The files of the example, or the end with one line. */
function prepareUpstream (name: string): FilesExample {
  if (name !== 'files') {
    process.stderr.write(`--upstream: expected files, not '${name}'; --help lists the options\n`)
    process.exit(2)
  }
  expectFileServer('--upstream', 'sh scripts/launch-local-server.sh --upstream files')
  return writeFilesExample('data/files-example')
}

function prepareShop (): typeof ownEnvironment {
  if (process.env['GATEWAY_CONFIG'] !== undefined) {
    fail(['GATEWAY_CONFIG is set: --shop brings its own configuration, so leave one of them out'])
  }
  return writeShopExample('data/shop-example', ownEnvironment)
}

function prepareWorkshop (address: string | undefined): { readonly config: string, readonly workshop: Workshop } {
  const classroom = address === undefined ? undefined : readClassroomAddress(address, ownEnvironment)
  if (classroom?.ok === false) fail(classroom.error)
  expectFileServer('--workshop', 'sh scripts/launch-local-server.sh --workshop')
  const { config, ...files } = writeWorkshop(ownEnvironment, classroom?.value.address ?? 'localhost')
  return { config, workshop: { ...files, classroom: classroom?.value } }
}

function expectFileServer (option: string, command: string): void {
  if (process.env['GATEWAY_CONFIG'] !== undefined) {
    fail([`GATEWAY_CONFIG is set: ${option} brings its own configuration, so leave one of them out`])
  }
  if (!existsSync(join(FILE_SERVER_PACKAGES, FILE_SERVER))) fail([`The file server is not installed: run ${command}`])
}

/** @param wish `1`, `2`, `both` or `none` */
function inspectorsFor (wish: string): readonly InspectorVersion[] {
  if (!['1', '2', 'both', 'none'].includes(wish)) {
    process.stderr.write(`--inspector: expected 1, 2 or both, not '${wish}'; --help lists the options\n`)
    process.exit(2)
  }
  if (wish === 'none') return []
  if (wish === '1') return [1]
  if (!isNewEnoughForInspector2(process.version)) {
    process.stdout.write(`MCP Inspector 2 asks for Node.js 22.19 or newer, and this is ${process.version}: parts of it may not work.\n`)
  }
  return wish === '2' ? [2] : [1, 2]
}

function chosenLanguage (name: string): Locale {
  const language = languageNamed(name)
  if (language !== undefined) return language
  process.stderr.write(`--language: expected ${LOCALES.join(' or ')}, not '${name}'; --help lists the options\n`)
  process.exit(2)
}

function fail (lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`)
  process.exit(1)
}
