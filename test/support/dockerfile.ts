// The stages of a Dockerfile, as far as the tests look at it: one instruction a line, continued with a backslash.

import { readFileSync } from 'node:fs'

export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly steps: ReadonlyArray<readonly [instruction: string, argument: string]>
}

export interface Dockerfile {
  /** `ARG` before the first stage, with the default. */
  readonly args: ReadonlyMap<string, string>
  readonly stages: readonly Stage[]
}

export function readDockerfile (file: string): Dockerfile {
  const lines = readFileSync(file, 'utf8').replace(/\\\n\s*/g, '').split('\n').filter(line => line !== '' && !line.startsWith('#'))
  const stages: Array<{ base: string, name: string | undefined, steps: Array<[string, string]> }> = []
  const args = new Map<string, string>()
  for (const line of lines) {
    const [instruction = '', ...rest] = line.split(' ')
    const argument = rest.join(' ')
    const stage = stages.at(-1)
    if (instruction === 'FROM') stages.push({ base: rest[0] ?? '', name: / AS (\w+)$/.exec(argument)?.[1], steps: [] })
    else if (stage !== undefined) stage.steps.push([instruction, argument])
    else args.set(argument.split('=')[0] ?? '', argument.slice(argument.indexOf('=') + 1))
  }
  return { args, stages }
}

export function stepsOf (stage: Stage | undefined, instruction: string): string[] {
  return stage?.steps.flatMap(([name, argument]) => name === instruction ? [argument] : []) ?? []
}

/** `COPY` from the context: its sources, and where they go. */
export function copiesOf (stage: Stage | undefined): Array<{ readonly sources: readonly string[], readonly target: string }> {
  return stepsOf(stage, 'COPY').filter(argument => !argument.startsWith('--from=')).map(argument => {
    const words = argument.split(' ')
    return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
  })
}
