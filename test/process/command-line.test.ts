// The program as a person meets it: what it says without an argument, for a wrong word, and to the completion of a shell.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commandHelp } from '../../scripts/docs/command-help.ts'
import { COMMANDS, commandEntries } from '../../src/cli/command-table.ts'
import { covers } from '../support/covers.ts'
import { builtProgram } from '../support/program.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

function run (...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [builtProgram('dist/cli.js'), ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

t.test('program — says what it can do and which version it is', t => {
  covers('cli.says-what-it-can-do')
  const { status, stdout, stderr } = run()
  t.strictSame([status, stderr], [0, ''])
  t.match(stdout, `mcp-resource-gateway ${version}`)
  t.strictSame(Object.keys(COMMANDS).filter(name => !stdout.includes(`\n  ${name} `)), [])
  for (const flag of ['--help', '-h', 'help']) t.equal(run(flag).stdout, stdout)
  t.equal(run('--version').stdout, `${version}\n`)
  for (const name of ['start', 'doctor']) t.equal(run('help', name).stdout, run(name, '--help').stdout)
  t.match(run('help', 'strat'), { status: 2, stderr: 'did you mean start?' })
  t.end()
})

t.test('help — each command names its options, its actions and its exit statuses, and fits a terminal', t => {
  covers('cli.says-what-it-can-do')
  const lacking = commandEntries().flatMap(([name, { options, actions = [] }]) => {
    const text = commandHelp.get(name as keyof typeof COMMANDS) ?? ''
    const shown = new Set(text.match(/(?<=^ *(?:Usage:.*)?)--[a-z][a-z-]+/gm))
    const wanted = [...Object.keys(options), 'help'].map(option => `--${option}`)
    return [
      ...wanted.filter(option => !text.includes(option)).map(option => `${name}: ${option} is not explained`),
      ...[...shown].filter(option => !wanted.includes(option)).map(option => `${name}: ${option} does not exist`),
      ...actions.filter(action => !text.includes(action)).map(action => `${name}: ${action} is not explained`),
      ...(/\nExit status: 0/.test(text) ? [] : [`${name}: no exit status`]),
      ...text.split('\n').filter(line => line.length > 100).map(line => `${name}: too long: ${line}`)
    ]
  })
  t.strictSame(lacking, [])
  t.end()
})

t.test('a wrong word — the nearest command or option is named, no argument is repeated, and the status is 2', t => {
  covers('cli.says-what-it-can-do')
  const told = [
    ['docter'], ['s3cret-token'], ['start', '--allow-local'], ['start', 's3cret-token'], ['doctor', '--jsn'],
    ['doctor', '--s3cret=s3cret-token'], ['completion', 'powershell']
  ].map(args => {
    const { status, stdout, stderr } = run(...args)
    return [status, stdout, stderr.trimEnd()]
  })
  t.strictSame(told, [
    [2, '', 'unknown command; did you mean doctor? --help lists the commands'],
    [2, '', 'unknown command; --help lists the commands'],
    [2, '', 'unknown option; did you mean --allow-local-profile-off-loopback? --help lists the options'],
    [2, '', 'unknown option; --help lists the options'],
    [2, '', 'unknown option --jsn; did you mean --json? --help lists the options'],
    [2, '', 'unknown option --s; --help lists the options'],
    [2, '', 'expected one of bash, zsh, fish; --help lists the options']
  ])
  t.end()
})

interface Shell {
  readonly load: (script: string) => string
  readonly offer: (words: readonly string[]) => string
}

/** Loads the script, then prints what the shell offers after these words, each in its own way. */
const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    load: script => `. ${script}`,
    offer: words => `COMP_WORDS=(mcp-resource-gateway ${quoted(words)}); COMP_CWORD=${words.length}
      _mcp_resource_gateway; printf '%s\\n' "\${COMPREPLY[@]}"`
  },
  fish: {
    load: script => `source ${script}`,
    offer: words => `complete -C 'mcp-resource-gateway ${words.join(' ')}' | string replace -r '\\t.*' ''`
  },
  zsh: {
    load: script => `compdef () {}; compadd () { shift; print -l -- $@ }; _describe () { print -l -- \${commands%%:*} }; _files () {}
      . ${script}`,
    offer: words => `words=(mcp-resource-gateway ${quoted(words)}); CURRENT=${words.length + 1}; _mcp_resource_gateway`
  }
}
const END = '-- end of one --'

function quoted (words: readonly string[]): string {
  return words.map(word => `'${word}'`).join(' ')
}

for (const [shell, { load, offer }] of Object.entries(SHELLS)) {
  const skip = spawnSync(shell, ['-c', 'true']).status === 0 ? false : `${shell} is not installed`
  t.test(`completion — ${shell} offers commands, actions and options`, { skip }, t => {
    covers('cli.completion')
    const script = join(t.testdir(), 'completion')
    const { status, stdout } = run('completion', shell)
    t.equal(status, 0)
    writeFileSync(script, stdout)
    const asked: ReadonlyArray<{ readonly words: readonly string[], readonly wanted: readonly string[] }> = [
      { words: [''], wanted: Object.keys(COMMANDS) },
      ...commandEntries().flatMap(([name, { options, actions = [] }]) => [
        { words: [name, '--'], wanted: Object.keys(options).map(option => `--${option}`) },
        { words: [name, ''], wanted: actions }
      ])
    ]
    const program = [load(script), ...asked.flatMap(({ words }) => [offer(words), `echo '${END}'`])].join('\n')
    const { stdout: offered, stderr } = spawnSync(shell, ['-c', program], { encoding: 'utf8' })
    t.equal(stderr, '')
    const missing = offered.split(END).slice(0, -1).flatMap((text, index) => {
      const { words = [], wanted = [] } = asked[index] ?? {}
      const lines = text.split('\n')
      return wanted.filter(word => !lines.includes(word)).map(word => `${words.join(' ')}: ${word}`)
    })
    t.strictSame(missing, [])
    t.equal(offered.split(END).length, asked.length + 1)
    t.end()
  })
}
