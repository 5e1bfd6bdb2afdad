// The form of a plain HTML page, with the values that a browser would send. Runs no script and follows no link.

export interface PostedForm {
  readonly action: string
  /** What a person leaves as it is: hidden fields, preselected choices, empty text fields. */
  readonly fields: URLSearchParams
}

/** `undefined` when the page has no form. */
export function readForm (page: string, pageUrl: string): PostedForm | undefined {
  const form = /<form\b([^>]*)>(.*?)<\/form>/s.exec(page)
  if (form === null) return undefined
  const [, opening = '', content = ''] = form
  const fields = new URLSearchParams()
  for (const [, tag = ''] of content.matchAll(/<input\b([^>]*)>/g)) {
    const name = attribute(tag, 'name')
    const type = attribute(tag, 'type') ?? 'text'
    const isChoice = type === 'radio' || type === 'checkbox'
    if (name === undefined || type === 'submit' || type === 'button' || (isChoice && !/\schecked\b/.test(tag))) continue
    fields.append(name, attribute(tag, 'value') ?? (isChoice ? 'on' : ''))
  }
  return { action: new URL(attribute(opening, 'action') ?? pageUrl, pageUrl).href, fields }
}

function attribute (tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value?.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
