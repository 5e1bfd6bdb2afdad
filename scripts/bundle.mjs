// What of the sources becomes a file that runs? Each program is one CommonJS file, the plugin one ES module with what it loads
// late beside it; dependencies stay packages. Why: docs/decisions/0015-programs-are-bundled.md. Types are not looked at: tsc
// does that, and writes the declarations. Plain JavaScript, because nothing is compiled yet when it runs.

import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, context } from 'esbuild'

const USAGE = 'Usage: node scripts/bundle.mjs [--watch]'
const TARGET = 'dist'
/** The name by which a program is started, without `.js`, and its source, both without the folder. */
const PROGRAMS = { server: 'server/main', 'server/worker': 'server/worker', cli: 'cli/mcp-resource-gateway', 'cli/check-thread': 'cli/check-thread' }

const common = {
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  outdir: TARGET,
  sourcemap: true,
  // The sources are not part of the package; their names and lines are what a trace needs.
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning'
}

/** A program that another one turns into is not part of it. */
const programsApart = {
  name: 'programs-apart',
  setup ({ onResolve }) {
    onResolve({ filter: /^\.\.\/server\/main\.ts$/, namespace: 'file' }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: path.replace('.ts', '.cjs'), external: true } : undefined)
  }
}

const programs = {
  ...common,
  entryPoints: Object.values(PROGRAMS).map(source => `src/${source}.ts`),
  outbase: 'src',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  plugins: [programsApart],
  define: { 'import.meta.url': 'addressOfThisFile' },
  // Strict as the modules are: the directive that esbuild writes would come too late.
  banner: {
    js: `'use strict'
const addressOfThisFile = require('node:url').pathToFileURL(__filename).href`
  }
}

/** What runs in a browser: the page of the console, with the one library that it is drawn with. */
const page = {
  ...common,
  entryPoints: { 'console/app': 'src/console/view/console-page.ts', 'console/style': 'src/console/view/app.css' },
  packages: 'bundle',
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  minify: true,
  sourcemap: false,
  banner: { js: '/*! Contains preact, MIT License, Copyright (c) 2015-present Jason Miller */' }
}

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/**
 * The practice authorization server and the ticket shop, with the packages that they alone need: the command `tutorial` starts them, and
 * nothing else loads them (docs/decisions/0034-practice-programs-in-the-package.md).
 */
const practice = {
  ...common,
  entryPoints: { 'practice/practice-as': 'src/practice-as/practice-as.ts', 'practice/ticket-site': 'src/ticket-site/ticket-site.ts' },
  packages: 'bundle',
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  format: 'esm',
  sourcemap: false,
  legalComments: 'none',
  banner: {
    js: `/*! The licenses of the packages in this file are in licenses.txt */
import { createRequire as createRequireOfPractice } from 'node:module'
const require = createRequireOfPractice(import.meta.url)`
  }
}

const library = { ...common, entryPoints: ['src/index.ts', 'src/testing/testing.ts', 'src/tickets/tickets.ts'], outbase: 'src', format: 'esm', splitting: true }

const REQUIRE_NODE = readFileSync(new URL('require-node.cjs', import.meta.url), 'utf8').replace("'use strict'\n", '')
/** Programs that SIGHUP must not end while they are loaded: each gets its own listener later. */
const RELOADED = new Set(['server', 'server/worker'])

/** The name by which a program is started stays that of an ES module, as everything else in the package is one. */
function startFile (name, source) {
  const program = relative(dirname(name), `${source}.cjs`)
  return `#!/usr/bin/env node
import { createRequire } from 'module'
${REQUIRE_NODE}${RELOADED.has(name) ? "process.on('SIGHUP', () => {})\n" : ''}createRequire(import.meta.url)('./${program}')
`
}

function writeStartFiles () {
  return Object.entries(PROGRAMS).map(([name, source]) => {
    const file = join(TARGET, `${name}.js`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, startFile(name, source))
    chmodSync(file, 0o755)
    return file
  })
}

/** What an earlier build has left would be packed too. */
function removeAllBut (written) {
  for (const entry of readdirSync(TARGET, { recursive: true })) {
    const file = join(TARGET, entry)
    if (/\.(?:c?js|map)$/.test(file) && !written.has(file)) rmSync(file)
  }
}

/** The packages whose files are part of the practice programs, for their licenses and for the bill of materials. */
function writeLicenses (inputs) {
  const folders = new Set(Object.keys(inputs).flatMap(input => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []))
  const packages = [...folders].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
    return { path: folder, name, version, license, text: file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim() }
  })
  const texts = packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}`)
  writeFileSync(join(TARGET, 'practice/licenses.txt'), `${texts.join('\n\n----------\n\n')}\n`)
  writeFileSync(join(TARGET, 'practice/packages.json'), `${JSON.stringify(packages.map(({ path }) => path), null, 2)}\n`)
}

const [option, ...rest] = process.argv.slice(2)
if (rest.length > 0 || ![undefined, '--watch'].includes(option)) {
  console.log(USAGE)
  process.exitCode = option === '--help' ? 0 : 2
} else if (option === '--watch') {
  writeStartFiles()
  for (const options of [programs, library, page, practice]) await (await context(options)).watch()
} else {
  const built = await Promise.all([programs, library, page, practice].map(options => build(options)))
  writeLicenses(built[3].metafile.inputs)
  const outputs = built.flatMap(({ metafile }) => Object.keys(metafile.outputs))
  removeAllBut(new Set([...outputs.map(file => join(file)), ...writeStartFiles()]))
}
