// What a person sees while a command waits, and what is left of it.

import t from 'tap'
import { withProgress } from '../../src/cli/shown-wait.ts'
import { covers } from '../support/covers.ts'

t.test('progress — is shown while the work takes long, and erased at its end, also when it fails', async t => {
  covers('cli.progress')
  for (const outcome of ['done', 'failed'] as const) {
    const written: string[] = []
    let finish: () => void = () => {}
    const work = new Promise<string>((resolve, reject) => {
      finish = () => { if (outcome === 'done') resolve('done'); else reject(new Error('failed')) }
    })
    const writeProgress = (text: string) => {
      written.push(text)
      if (written.length === 2) finish()
    }
    const seen = withProgress({ writeProgress }, 'checking', work, { afterMs: 1, everyMs: 1 })
    t.equal(await seen.catch((error: Error) => error.message), outcome)
    t.strictSame(written, ['\r\u001b[Kchecking … 0 s', '\r\u001b[Kchecking … 0 s', '\r\u001b[K'])
  }
})

t.test('progress — nothing is written for work that is done in time, or where standard error is no terminal', async t => {
  covers('cli.progress')
  const written: string[] = []
  t.equal(await withProgress({ writeProgress: text => { written.push(text) } }, 'checking', Promise.resolve(1)), 1)
  t.equal(await withProgress({}, 'checking', Promise.resolve(2), { afterMs: 0, everyMs: 1 }), 2)
  t.strictSame(written, [])
})
