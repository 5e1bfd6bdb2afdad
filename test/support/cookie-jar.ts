// How does a test keep a browser's cookies? Name, value and path, which is all that a login on one host needs. It knows
// nothing of domains, expiry dates or SameSite; a cookie set with an empty value is forgotten.

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  store (response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map(part => part.trim())
      const equals = pair.indexOf('=')
      const path = attributes.find(attribute => attribute.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
      const cookie = { name: pair.slice(0, equals), value: pair.slice(equals + 1), path }
      const key = `${cookie.path} ${cookie.name}`
      if (cookie.value === '') this.#cookies.delete(key)
      else this.#cookies.set(key, cookie)
    }
  }

  headerFor (url: string | URL): string {
    const { pathname } = new URL(url)
    return this.all
      .filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  get all (): readonly Cookie[] {
    return [...this.#cookies.values()]
  }

  /** A request with the cookies of this jar; redirects are given back, not followed. */
  async fetch (url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    const cookies = this.headerFor(url)
    if (cookies !== '') headers.set('cookie', cookies)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    this.store(response)
    return response
  }
}
