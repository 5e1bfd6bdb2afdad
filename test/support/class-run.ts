// A class at work: attendees who do the exercises at once, each with a page open that follows the changes, and a viewer of the console who
// keeps everything. Afterwards each request that was made must be there once, with the outcome that its client saw.

import { request, type ClientRequest } from 'node:http'
import { WorkshopAttendee, type MadeRequest, type WorkshopPlace } from './attendee.ts'

export interface ClassRunOptions {
  readonly place: WorkshopPlace
  /** Origins. */
  readonly console: string
  readonly exercises: string
  readonly shop: string
  readonly people: number
  readonly fingerprint: (token: string) => string
  /** Waited for between two requests of one person; false: the run is over. Absent: no wait, and the exercises once. */
  readonly pace?: () => Promise<boolean>
}

export interface ClassReport {
  readonly requests: readonly MadeRequest[]
  /** Milliseconds of each page of the shop. */
  readonly shopMs: readonly number[]
  /** Requests that were made and are not on the console with this outcome, and the other way round; empty: it is correct. */
  readonly missing: readonly string[]
  readonly invented: readonly string[]
  /** Requests that the console counted in place of showing them. */
  readonly dropped: number
  readonly failures: readonly string[]
}

interface Shown {
  readonly resource?: string
  readonly tokenHash?: string
  readonly status?: number
  readonly tool?: string
  readonly state: string
}

export async function runClass ({ place, console, exercises, shop, people, fingerprint, pace }: ClassRunOptions): Promise<ClassReport> {
  const viewer = watchConsole(console)
  await viewer.begun
  const logins = Array.from({ length: people }, (_, index) => `user${String(index + 1).padStart(2, '0')}`)
  const attendees = logins.map(login => new WorkshopAttendee(login, place, fingerprint))
  const pages = logins.map(login => followPage(exercises, login))
  const failures: string[] = []
  const shopMs: number[] = []
  const goesOn = pace ?? (() => Promise.resolve(false))
  await Promise.all(attendees.map(async attendee => {
    try {
      await attendee.doExercises(pace)
      while (await goesOn()) {
        const begun = performance.now()
        const { status } = await fetch(shop)
        shopMs.push(performance.now() - begun)
        if (status !== 200) failures.push(`shop ${status}`)
        await attendee.doExercises(pace)
      }
    } catch (failure) {
      failures.push(`${attendee.login}: ${failure instanceof Error ? failure.message : 'unknown'}`)
    }
  }))
  const requests = attendees.flatMap(attendee => attendee.requests)
  await viewer.shows(requests.length)
  for (const page of pages) page.destroy()
  viewer.close()
  const [made, shown] = [requests.map(madeKey), viewer.ended().map(shownKey)]
  return { requests, shopMs, missing: without(made, shown), invented: without(shown, made), dropped: viewer.dropped(), failures }
}

/** A server with too much to do refuses before it reads anything of the request. */
const OVERLOADED = 503

function madeKey ({ resource, token, status, tool }: MadeRequest): string {
  if (status === OVERLOADED) return String(status)
  return [resource, token ?? '-', status, tool ?? '-'].join(' ')
}

/** A refused token ends a request before its tool is known, except where a live question refuses it. */
function shownKey ({ resource = '', tokenHash = '-', status = 0, tool = '-' }: Shown): string {
  if (status === OVERLOADED) return String(status)
  return [resource, tokenHash, status, status === 401 ? '-' : tool].join(' ')
}

/** Each item of the one list as often as it has no partner in the other. */
function without (items: readonly string[], partners: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const partner of partners) left.set(partner, (left.get(partner) ?? 0) + 1)
  return items.filter(item => {
    const count = left.get(item) ?? 0
    left.set(item, count - 1)
    return count <= 0
  })
}

/** As a browser does: on each change the page is fetched again. */
function followPage (exercises: string, login: string): ClientRequest {
  let fetching = false
  return openStream(`${exercises}/changes?of=${login}`, () => {
    if (fetching) return
    fetching = true
    fetch(`${exercises}/people/${login}`).then(response => response.text()).catch(() => {}).finally(() => { fetching = false })
  })
}

function watchConsole (console: string) {
  const states = new Map<number, Shown>()
  let dropped = 0
  let heard: () => void = () => {}
  let begin: () => void = () => {}
  const begun = new Promise<void>(resolve => { begin = resolve })
  const ended = () => [...states.values()].filter(({ state }) => state !== 'running')
  const stream = openStream(`${console}/stream`, (event, data) => {
    if (event === 'hello') begin()
    if (event === 'drops') dropped += (JSON.parse(data) as { readonly count: number }).count
    if (event === 'request') {
      const { number, request: shown } = JSON.parse(data) as { readonly number: number, readonly request: Shown }
      states.set(number, shown)
    }
    heard()
  })
  return {
    begun,
    ended,
    dropped: () => dropped,
    /** Resolves when so many have ended, or after ten seconds without. */
    shows: (count: number) => new Promise<void>(resolve => {
      const timer = setTimeout(resolve, 10_000)
      heard = () => {
        if (ended().length < count) return
        clearTimeout(timer)
        resolve()
      }
      heard()
    }),
    close: () => stream.destroy()
  }
}

function openStream (address: string, take: (event: string, data: string) => void): ClientRequest {
  const sent = request(address, { agent: false }, response => {
    let text = ''
    response.setEncoding('utf8').on('error', () => {}).on('data', (chunk: string) => {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) take(/^event: (.*)$/m.exec(block)?.[1] ?? '', /^data: (.*)$/m.exec(block)?.[1] ?? '')
    })
  })
  sent.on('error', () => {}).end()
  return sent
}
