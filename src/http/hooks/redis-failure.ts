// Why Redis did not count a request, and what an operator can do. Holds neither an address nor a text of the server.

export class RedisFailure extends Error {
  /** A word of Redis such as `WRONGPASS`, a code of Node.js such as `ECONNREFUSED`, or `timeout`. */
  override readonly cause: string
  readonly hint: string

  /** @param connectionError the last error of the connection: when there is none, commands fail without saying why */
  constructor (error: unknown, connectionError: unknown) {
    const cause = causeOf(connectionError) ?? causeOf(error) ?? 'no-connection'
    super('Redis did not count a request')
    this.cause = cause
    this.hint = hintFor(cause)
  }
}

const CREDENTIALS = 'the user or the password in limits.rateLimitRedisUrl (REDIS_URL) is refused'
const CERTIFICATE = 'the certificate of Redis is not trusted: NODE_EXTRA_CA_CERTS names a file with its authority'
const NOT_THERE = 'nothing answers at the address of limits.rateLimitRedisUrl (REDIS_URL): is Redis running, and the port right?'
const CLUSTER = 'the address is that of a node of a Redis Cluster: a single Redis server is needed'

const HINTS: Readonly<Record<string, string>> = {
  MOVED: CLUSTER,
  ASK: CLUSTER,
  CLUSTERDOWN: CLUSTER,
  WRONGPASS: CREDENTIALS,
  NOAUTH: CREDENTIALS,
  NOPERM: 'the user of Redis needs the commands INCR, PEXPIRE, PTTL and EVALSHA for the keys mcp-resource-gateway:*',
  READONLY: 'the address is that of a replica, which takes no writes: name the primary',
  OOM: 'Redis has no memory left: see maxmemory',
  MISCONF: 'Redis takes no writes, because it cannot save its data: see its own log',
  LOADING: 'Redis is starting',
  ECONNREFUSED: NOT_THERE,
  ENOTFOUND: NOT_THERE,
  EHOSTUNREACH: NOT_THERE,
  ETIMEDOUT: NOT_THERE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of Redis is for another host name than that of limits.rateLimitRedisUrl (REDIS_URL)',
  ERR_SSL_WRONG_VERSION_NUMBER: 'Redis does not speak TLS there: redis: in place of rediss:',
  timeout: 'Redis accepts connections and does not answer in time',
  'no-connection': 'the connection to Redis was lost, or Redis closes it: where it expects TLS, the address begins with rediss:'
}

function hintFor (cause: string): string {
  return HINTS[cause] ?? 'see what the log of Redis says'
}

function causeOf (error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(error.code)) return error.code
  if (error.name === 'ReplyError') return wordOf(error.message)
  return /timed out/i.test(error.message) ? 'timeout' : undefined
}

/** The first word of an error of Redis, which is its kind. Old versions say `ERR invalid password`. */
function wordOf (message: string): string {
  if (/invalid (?:username-)?password|Client sent AUTH/i.test(message)) return 'WRONGPASS'
  const [, word] = /^([A-Z]{2,20})\b/.exec(message) ?? []
  return word ?? 'ERR'
}
