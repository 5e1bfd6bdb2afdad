// Fails a test run in which the access token of a client reaches another MCP server. Loaded before every test file, and by what it starts.
// It learns the tokens where clients present them, at Fastify, and looks where the gateway writes to upstreams: at the connection pools of
// undici and at the programs that are started (https://nodejs.org/docs/latest-v20.x/api/diagnostics_channel.html).

import childProcess from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'

const VARIABLE = 'TOKEN_GUARD_REPORT'
/** The process that judges: it has no report yet, and those that it starts inherit its name. */
const isFirst = process.env[VARIABLE] === undefined
const report = process.env[VARIABLE] ??= join(tmpdir(), `token-guard-${process.pid}-${Date.now()}`)
/** Shorter ones are words that occur in messages. */
const SHORTEST = 8
const tokens = new Set()

subscribe('fastify.initialization', ({ fastify }) => {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const [, token] = /^(?:Bearer|DPoP) +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (token !== undefined && token.length >= SHORTEST) tokens.add(token)
    done()
  })
})

/** A text as it is, with its percent-encoded characters as they were, and with what base64 in it stands for. */
function spellingsOf (text) {
  const plain = text.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1'))
  const decoded = Array.from(plain.matchAll(/[A-Za-z0-9+/_-]{10,}/g), ([run]) => {
    return [0, 1, 2, 3].map(start => Buffer.from(run.slice(start), 'base64').toString('latin1')).join('\n')
  })
  return [text, plain, ...decoded].join('\n')
}

/** @param what is sent, as text */
function look (where, what) {
  if (tokens.size === 0) return
  const spellings = spellingsOf(what)
  for (const token of tokens) {
    if (!spellings.includes(token)) continue
    appendFileSync(report, `the access token of a client was in ${where}\n`)
    throw new Error(`the access token of a client was in ${where}`)
  }
}

const textOf = body => body === undefined || body === null ? '' : String(body)
const headersOf = headers => Array.isArray(headers) ? headers.join('\n') : JSON.stringify(headers ?? {})

// Every request to an upstream, MCP or REST, wants its answer as it is; no client of a test and no authorization server is asked so.
const { dispatch } = Pool.prototype
Pool.prototype.dispatch = function (options, handler) {
  const headers = headersOf(options.headers)
  const isUpstream = /accept-encoding\W+identity/.test(headers)
  if (isUpstream) look('a request to another server', `${options.path}\n${headers}\n${textOf(options.body)}`)
  return dispatch.call(this, options, handler)
}

const { spawn } = childProcess
childProcess.spawn = function (command, args, options) {
  // Only upstreams lead a group of processes.
  const isUpstream = options?.detached === true
  if (isUpstream) look('the start of a program', `${command}\n${JSON.stringify(args)}\n${JSON.stringify(options.env ?? {})}`)
  const child = spawn.call(this, command, args, options)
  if (isUpstream) {
    const input = child.stdin
    for (const method of ['write', 'end']) {
      const original = input?.[method]
      if (original === undefined) continue
      input[method] = function (chunk, ...others) {
        if (typeof chunk === 'string' || chunk instanceof Uint8Array) look('a line to a program', Buffer.from(chunk).toString())
        return original.call(this, chunk, ...others)
      }
    }
  }
  return child
}
syncBuiltinESMExports()

if (isFirst) {
  process.on('exit', () => {
    if (!existsSync(report)) return
    process.stdout.write(`\nnot ok - ${readFileSync(report, 'utf8').trim().split('\n').join('; ')}\n`)
    rmSync(report)
    process.exitCode = 1
  })
}
