// The stream of the gateway, as events for the page. Several requests of one frame are one event. The browser connects again without
// help, and names the last event that it had: https://html.spec.whatwg.org/multipage/server-sent-events.html

import type { SessionHead } from '../shown-request.ts'
import type { Numbered, PageEvent } from './page-state.ts'

export function watchStream (tell: (event: PageEvent) => void): () => void {
  const source = new EventSource('/stream')
  let arrived: Numbered[] = []
  source.addEventListener('hello', ({ data }: MessageEvent<string>) => {
    const { restarted, ...head } = JSON.parse(data) as SessionHead & { readonly restarted: boolean }
    tell({ kind: 'hello', head, restarted })
  })
  source.addEventListener('request', ({ data }: MessageEvent<string>) => {
    // A hidden tab draws no frame.
    if (arrived.length === 0) setTimeout(flush, 16)
    arrived.push(JSON.parse(data) as Numbered)
  })
  source.addEventListener('drops', ({ data }: MessageEvent<string>) => {
    tell({ kind: 'dropped', count: (JSON.parse(data) as { readonly count: number }).count })
  })
  source.addEventListener('error', () => { tell({ kind: 'connection', connected: false }) })
  source.addEventListener('open', () => { tell({ kind: 'connection', connected: true }) })
  return () => { source.close() }

  function flush (): void {
    const requests = arrived
    arrived = []
    tell({ kind: 'requests', requests })
  }
}
