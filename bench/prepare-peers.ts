// Are the other servers there? Their packages are no part of the gateway's: they are installed in bench/, and the programs are
// compiled where they find them. It measures nothing.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** npm writes it last. */
const INSTALLED = 'bench/node_modules/.package-lock.json'

/** @throws Error when their packages cannot be had, or the programs do not fit them */
export function preparePeers (): void {
  if (!existsSync(INSTALLED)) run('npm', ['ci', '--prefix', 'bench', '--ignore-scripts', '--no-audit', '--no-fund'])
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'bench/peers/tsconfig.json'])
}

function run (program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status ?? 'a signal'}`)
}
