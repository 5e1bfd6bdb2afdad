// Recognises host names of the loopback interface by their text; nothing is resolved.

const IPV4_LOOPBACK = /^127(?:\.\d{1,3}){3}$/

/** True for a host name that only this machine can reach: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`. */
export function isLoopbackHost (host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || IPV4_LOOPBACK.test(name)
}
