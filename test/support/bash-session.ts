// How does a test type into one shell, as a person does? Variables that one block sets are there for the next.

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'

export interface BashSession {
  /** What the block printed. @throws Error when its last command failed */
  readonly run: (block: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** @param folder where it begins */
export function startBash (folder?: string): BashSession {
  const shell = spawn('bash', ['--noprofile', '--norc'], { stdio: ['pipe', 'pipe', 'pipe'], cwd: folder })
  const closed = once(shell, 'close')
  const marker = `done ${randomUUID()}`
  const finished = new RegExp(`${marker} (\\d+)\\n$`)
  let errors = ''
  shell.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
  shell.stdout.setEncoding('utf8')

  return {
    run: block => new Promise((resolve, reject) => {
      let output = ''
      errors = ''
      const settle = () => {
        shell.stdout.off('data', onData)
        shell.off('close', onClose)
      }
      const onData = (text: string) => {
        output += text
        const status = finished.exec(output)?.[1]
        if (status === undefined) return
        settle()
        const printed = output.replace(finished, '')
        if (status === '0') resolve(printed)
        else reject(new Error(`status ${status}: ${errors.slice(-500)}`))
      }
      const onClose = () => {
        settle()
        reject(new Error(`bash ended: ${errors.slice(-500)}`))
      }
      shell.stdout.on('data', onData)
      shell.once('close', onClose)
      shell.stdin.write(`${block}\necho "${marker} $?"\n`)
    }),
    close: async () => {
      shell.stdin.end('exit\n')
      await closed
    }
  }
}
