// Is an answer what a document shows of it? `...` stands for any text, and what is not shown is not compared.

import { isJsonObject, type JsonValue } from '../../src/kernel/json.ts'

export interface CurlAnswer {
  readonly statusLine: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** @param output of `curl -i` */
export function parseCurlAnswer (output: string): CurlAnswer {
  const end = output.indexOf('\r\n\r\n')
  if (!output.startsWith('HTTP/') || end === -1) throw new Error(`no answer with headers: ${output.slice(0, 200)}`)
  const [statusLine = '', ...lines] = output.slice(0, end).split('\r\n')
  const headers = new Map(lines.map(line =>
    [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const))
  return { statusLine, headers, body: output.slice(end + 4) }
}

/** What differs between a block of a status line and header lines and the answer; empty when nothing does. */
export function headDifferences (shown: string, { statusLine, headers }: CurlAnswer): string[] {
  const [shownStatus = '', ...lines] = shown.split('\n').map(line => line.trim())
  const status = shownStatus === statusLine ? [] : [`shown ${shownStatus}, answered ${statusLine}`]
  return [...status, ...lines.filter(line => line !== '...').flatMap(line => {
    const name = line.slice(0, line.indexOf(':'))
    const answered = headers.get(name.toLowerCase())
    return answered !== undefined && resembles(line.slice(name.length + 1).trim(), answered) ? [] : [`${name}: answered ${answered ?? 'nothing'}`]
  })]
}

/** Where JSON that is shown is not part of what was answered, as paths; arrays are compared item by item. */
export function bodyDifferences (shown: JsonValue, answered: JsonValue | undefined, path = 'body'): string[] {
  if (typeof shown === 'string') return typeof answered === 'string' && resembles(shown, answered) ? [] : [differs()]
  if (Array.isArray(shown)) {
    const items: readonly JsonValue[] = shown
    const others: readonly JsonValue[] | undefined = Array.isArray(answered) ? answered : undefined
    if (others?.length !== items.length) return [differs()]
    return items.flatMap((item, index) => bodyDifferences(item, others[index], `${path}[${index}]`))
  }
  if (isJsonObject(shown)) {
    if (!isJsonObject(answered)) return [differs()]
    return Object.entries(shown).flatMap(([name, value]) => bodyDifferences(value, answered[name], `${path}.${name}`))
  }
  return shown === answered ? [] : [differs()]

  function differs (): string {
    return `${path}: shown ${JSON.stringify(shown)}, answered ${JSON.stringify(answered)}`
  }
}

function resembles (shown: string, answered: string): boolean {
  const pattern = shown.split('...').map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*')
  return new RegExp(`^${pattern}$`).test(answered)
}
