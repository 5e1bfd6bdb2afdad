// A condition that comes true soon: looked at again and again, until a deadline.

const DEADLINE_MS = 20_000
const PAUSE_MS = 5

/** @throws Error naming what never came */
export async function eventually (what: string, isTrue: () => boolean | Promise<boolean>, deadlineMs = DEADLINE_MS): Promise<void> {
  const endAt = performance.now() + deadlineMs
  while (!await isTrue()) {
    if (performance.now() > endAt) throw new Error(`never came: ${what}`)
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
}
