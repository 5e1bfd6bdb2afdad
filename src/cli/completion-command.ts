// `completion`: a script that teaches a shell the commands and options. The scripts are data from the command table: the shell does not
// start this program to complete a word.

import { complain, EXIT, readCommandLine, type Terminal } from './command-line.ts'
import { COMPLETION_OPTIONS, type Options } from './command-options.ts'
import { commandEntries, COMMANDS } from './command-table.ts'

const PROGRAM = 'mcp-resource-gateway'

const USAGE = `Usage: mcp-resource-gateway completion bash|zsh|fish

Prints a script that completes commands and options. To switch it on in every new shell:

  bash   mcp-resource-gateway completion bash >> ~/.bashrc
  zsh    mcp-resource-gateway completion zsh >> ~/.zshrc      (after compinit)
  fish   mcp-resource-gateway completion fish > ~/.config/fish/completions/mcp-resource-gateway.fish

  --help prints this

Exit status: 0 when a script was printed, 2 for a wrong command line.
`

export function runCompletion (args: readonly string[], terminal: Terminal): number {
  const read = readCommandLine(args, USAGE, COMPLETION_OPTIONS, terminal)
  if (typeof read === 'number') return read
  const [shell, ...more] = read.operands
  const script = more.length > 0 ? undefined : scriptFor(shell)
  if (script === undefined) return complain(terminal, `expected one of ${COMMANDS.completion.actions.join(', ')}`)
  terminal.write(script)
  return EXIT.good
}

function scriptFor (shell: string | undefined): string | undefined {
  switch (shell) {
    case 'bash': return bashScript()
    case 'zsh': return zshScript()
    case 'fish': return fishScript()
    case undefined:
    default: return undefined
  }
}

function optionNames (options: Options): readonly string[] {
  return [...Object.keys(options), 'help'].map(name => `--${name}`)
}

/** Options whose value is the name of a file or a folder. */
function fileOptions (): readonly string[] {
  const names = commandEntries().flatMap(([, { options }]) => Object.keys(options))
  return [...new Set(names)].filter(name => /(?:^|-)(?:file|directory)$/.test(name)).map(name => `--${name}`)
}

function words (): readonly string[] {
  return [...Object.keys(COMMANDS), 'help', '--help', '--version']
}

function bashScript (): string {
  const cases = commandEntries().map(([name, { options, actions = [] }]) => {
    return `    ${name}) words="${optionNames(options).join(' ')}"; actions="${actions.join(' ')}" ;;`
  })
  return `# bash completion of ${PROGRAM}
_mcp_resource_gateway () {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words= actions=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${words().join(' ')}" -- "$word"))
    return
  fi
  case $before in
    ${fileOptions().join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) if [ "$COMP_CWORD" -eq 2 ] && [ -n "$actions" ]; then COMPREPLY=($(compgen -W "$actions" -- "$word"))
       else COMPREPLY=($(compgen -f -- "$word")); fi ;;
  esac
}
complete -o filenames -F _mcp_resource_gateway ${PROGRAM}
`
}

function zshScript (): string {
  const cases = commandEntries().map(([name, { options, actions = [] }]) => {
    return `    ${name}) options=(${optionNames(options).join(' ')}); actions=(${actions.join(' ')}) ;;`
  })
  const described = commandEntries().map(([name, { summary }]) => `    '${name}:${summary}'`)
  return `#compdef ${PROGRAM}
# zsh completion of ${PROGRAM}
_mcp_resource_gateway () {
  local -a commands options actions
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[CURRENT-1] in
    ${fileOptions().join('|')}) _files; return ;;
  esac
  case $words[2] in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then compadd -- $options
  elif (( CURRENT == 3 && $#actions > 0 )); then compadd -- $actions
  else _files; fi
}
compdef _mcp_resource_gateway ${PROGRAM}
`
}

function fishScript (): string {
  const lines = commandEntries().flatMap(([name, { summary, options, actions = [], takesFiles }]) => {
    const here = `__fish_seen_subcommand_from ${name}`
    return [
      `complete -c ${PROGRAM} -n __fish_use_subcommand -a ${name} -d '${summary}'`,
      ...actions.map(action => {
        return `complete -c ${PROGRAM} -n '${here}; and not __fish_seen_subcommand_from ${actions.join(' ')}' -a ${action}`
      }),
      ...(takesFiles === true ? [`complete -c ${PROGRAM} -n '${here}' -F`] : []),
      ...Object.entries(options).map(([option, { type }]) => {
        const value = type === 'boolean' ? '' : fileOptions().includes(`--${option}`) ? ' -r -F' : ' -x'
        return `complete -c ${PROGRAM} -n '${here}' -l ${option}${value}`
      }),
      `complete -c ${PROGRAM} -n '${here}' -l help`
    ]
  })
  return [`# fish completion of ${PROGRAM}`, `complete -c ${PROGRAM} -f`, ...lines, ''].join('\n')
}
