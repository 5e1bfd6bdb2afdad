// `explain`: reads the command line and prints the explanation of a token; token-explainer.ts makes the explanation.

import type { LoadedConfig } from '../config/load.ts'
import { formatMistake } from '../config/mistake.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { loadServed } from '../server/load-served.ts'
import { complain, EXIT, readCommandLine, type Terminal } from './command-line.ts'
import { EXPLAIN_OPTIONS } from './command-options.ts'
import { endpointNamed } from './named-endpoint.ts'
import { terminalJson, terminalLine } from '../kernel/terminal-text.ts'
import { lengthProblem, readTokenFile } from './token-file.ts'

const USAGE = `Usage: mcp-resource-gateway explain [TOOL [ARGUMENTS]] [options]

Shows what an access token allows at the gateway that is configured here, check by check,
and why. Asks the authorization server about the token; calls no tool and spends nothing.
With TOOL: about that tool; with ARGUMENTS, a JSON object: about that very call.

  --token-file FILE       where the token is; - (the default) reads standard input.
                          A token is never an argument: those are in the history of the shell
  --endpoint IDENTIFIER   of several endpoints the one that is asked about; default: that of
                          "resource"
  --json                  the explanation as JSON
  --help                  prints this

GATEWAY_CONFIG names the configuration file, as it does for the gateway.
Exit status: 0 when everything asked about is allowed, 1 when not, 2 for a wrong command line.
`

export interface TokenQuestion {
  /** Absent: every tool. */
  readonly tool: string | undefined
  readonly arguments: JsonObject | undefined
}

export interface ExplainedToken {
  /** The token is good, and nothing that was asked about is refused. */
  readonly allowed: boolean
  /** For people, line by line. */
  readonly lines: readonly string[]
  /** For programs. Holds no token. */
  readonly report: object
}

/** An error is a sentence for the operator. */
export type ExplainTokenAt = (
  config: GatewayConfig, token: string, question: TokenQuestion, upstreams?: LoadedConfig['upstreams']
) => Promise<Result<ExplainedToken, string>>

export async function runExplain (
  args: readonly string[], terminal: Terminal, explainTokenAt: ExplainTokenAt, readToken = readTokenFile
): Promise<number> {
  const read = readCommandLine(args, USAGE, EXPLAIN_OPTIONS, terminal)
  if (typeof read === 'number') return read
  const { values, operands } = read
  const question = parseQuestion(operands)
  if (!question.ok) return complain(terminal, question.error)
  const loaded = loadServed()
  if (!loaded.ok) {
    for (const mistake of loaded.error) terminal.writeError(`${formatMistake(mistake)}\n`)
    return EXIT.bad
  }
  const endpoint = endpointNamed(values.endpoint, loaded.value)
  if (!endpoint.ok) return complain(terminal, endpoint.error)
  const { config, upstreams } = endpoint.value
  const token = readToken(values['token-file'])
  if (!token.ok) return complain(terminal, token.error)
  const tooLong = lengthProblem(token.value, config.limits.tokenCharacters)
  if (tooLong !== undefined) return complain(terminal, tooLong)
  const explained = await explainTokenAt(config, token.value, question.value, upstreams)
  if (!explained.ok) {
    terminal.writeError(`${explained.error}\n`)
    return EXIT.bad
  }
  const { allowed, lines, report } = explained.value
  terminal.write(values.json === true ? `${terminalJson(report)}\n` : `${lines.map(terminalLine).join('\n')}\n`)
  return allowed ? EXIT.good : EXIT.bad
}

function parseQuestion ([tool, text, ...more]: readonly string[]): Result<TokenQuestion, string> {
  if (more.length > 0) return err('expected a tool and a JSON object')
  if (text === undefined) return ok({ tool, arguments: undefined })
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? ok({ tool, arguments: value }) : err('the arguments: expected a JSON object')
  } catch {
    return err('the arguments: expected a JSON object')
  }
}
