// One check: a program whose exit status is the answer, or the tests, whose TAP is.

import { spawn, type StdioOptions } from 'node:child_process'
import { readdirSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createTapReader } from './tap-results.ts'

interface Outcome {
  readonly passed: number
  readonly skipped: number
  readonly failures: readonly string[]
}

export interface Check {
  readonly name: string
  readonly run: (write: (line: string) => void) => Promise<Outcome>
}

/** An npm script of package.json: passed when it ends with 0; its output is shown when it does not. */
export function npmScript (name: string, script: string, ...args: readonly string[]): Check {
  return program(name, 'npm', ['run', '--silent', script, ...args.length === 0 ? [] : ['--', ...args]])
}

export function program (name: string, command: string, args: readonly string[]): Check {
  return {
    name,
    run: async () => {
      const chunks: Buffer[] = []
      const code = await run(command, args, chunk => { chunks.push(chunk) }, 'with errors')
      return code === 0
        ? { passed: 1, skipped: 0, failures: [] }
        : {
            passed: 0,
            skipped: 0,
            failures: [`${name}: ${[command, ...args].join(' ')} ended with ${code ?? 'a signal'}\n${Buffer.concat(chunks).toString('utf8').trimEnd()}`]
          }
    }
  }
}

/**
 * @param launcher what is written before tap itself, to run it on another Node
 * @param env for tests that do not depend on Node, which are skipped in a second run
 */
export function tests (name: string, launcher: readonly string[], env: Readonly<Record<string, string>> = {}): Check {
  return {
    name,
    run: async write => {
      removeOrphans()
      const reader = createTapReader(write)
      const [program = process.execPath, ...args] = [...launcher, 'node_modules/tap/dist/esm/run.mjs', '--reporter=tap']
      const code = await run(program, args, reader.write, 'without errors', env)
      const { passed, skipped, failures } = reader.end()
      const more = [
        ...(passed === 0 ? [`${name}: nothing was tested`] : []),
        ...(code !== 0 && failures.length === 0 ? [`${name}: tap ended with ${code ?? 'a signal'}`] : [])
      ]
      return { passed, skipped, failures: [...failures, ...more] }
    }
  }
}

/** Compiled tests whose source is gone would still run. */
function removeOrphans (): void {
  for (const name of readdirSync('.build/test', { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.test.js') && !existsSync(join('test', name.replace(/\.js$/, '.ts')))) rmSync(join('.build/test', name))
  }
}

function run (
  program: string, args: readonly string[], onOutput: (chunk: Buffer) => void, errors: 'with errors' | 'without errors',
  env: Readonly<Record<string, string>> = {}
): Promise<number | null> {
  return new Promise(resolve => {
    const stdio: StdioOptions = ['ignore', 'pipe', errors === 'with errors' ? 'pipe' : 'inherit']
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio })
    child.stdout?.on('data', onOutput)
    child.stderr?.on('data', onOutput)
    child.once('error', () => { resolve(127) })
    child.once('close', code => { resolve(code) })
  })
}
