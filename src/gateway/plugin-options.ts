// Checks the options of the plugin that no schema checks: a host may be written in JavaScript, and every mistake names its option.
// The members of `config` are checked by the configuration's schema, the tools by the registry.

import { nearestName } from '../config/nearest-name.ts'
import { isJsonObject } from '../kernel/json.ts'
import { ConfigurationError, type ConfigurationMistake } from '../kernel/fault.ts'

/** Those of Fastify's `register()` come along with ours. */
const OPTIONS = ['config', 'tools', 'server', 'readiness', 'policyStatements', 'observe', 'clientCertificates', 'clock', 'dispatcher']
const OPTIONS_OF_FASTIFY: ReadonlySet<string> = new Set(['prefix', 'logLevel', 'logSerializers', 'exposeHeadRoutes', 'bodyLimit'])

type Members = Readonly<Record<string, unknown>>

/** @throws ConfigurationError `GW_CONFIG_INVALID` */
export function checkOptions (options: object): void {
  const members: Members = { ...options }
  const mistakes = [
    ...Object.keys(members).flatMap(name => unknownOption(name)),
    ...expecting(members, 'config', isJsonObject, 'an object with resource and authorizationServer'),
    ...expecting(members, 'tools', isTools, 'a list of tools, each made by defineTool(), or a tool set'),
    ...serverMistakes(members['server']),
    ...optional(members, 'readiness', Array.isArray, 'a list of { name, check }'),
    ...optional(members, 'policyStatements', isListOfTexts, 'a list of texts'),
    ...optional(members, 'observe', isFunction, 'a function'),
    ...optional(members, 'clientCertificates', value => typeof value === 'boolean', 'true or false'),
    ...optional(members, 'clock', isClock, 'an object with the functions now and monotonicMs')
  ]
  if (mistakes.length > 0) throw new ConfigurationError(mistakes)
}

function serverMistakes (server: unknown): ConfigurationMistake[] {
  if (!isJsonObject(server)) return [mistake('server', server, 'an object with name and version')]
  return [
    ...expecting(server, 'name', isText, 'a text that is not empty', 'server.'),
    ...expecting(server, 'version', isText, 'a text that is not empty', 'server.'),
    ...optional(server, 'title', isText, 'a text that is not empty', 'server.'),
    ...optional(server, 'instructions', isText, 'a text that is not empty', 'server.')
  ]
}

function expecting (
  members: Members, name: string, accepts: (value: unknown) => boolean, what: string, place = ''
): ConfigurationMistake[] {
  const value = members[name]
  return accepts(value) ? [] : [mistake(`${place}${name}`, value, what)]
}

function optional (members: Members, name: string, accepts: (value: unknown) => boolean, what: string, place = ''): ConfigurationMistake[] {
  return members[name] === undefined ? [] : expecting(members, name, accepts, what, place)
}

function mistake (path: string, value: unknown, what: string): ConfigurationMistake {
  return { path, expected: value === undefined ? `missing; expected ${what}` : `expected ${what}` }
}

function unknownOption (name: string): ConfigurationMistake[] {
  if (OPTIONS.includes(name) || OPTIONS_OF_FASTIFY.has(name)) return []
  const nearest = nearestName(name, OPTIONS)
  return [{ path: name, expected: nearest === undefined ? 'unknown option' : `unknown option; did you mean ${nearest}?` }]
}

function isTools (value: unknown): boolean {
  return Array.isArray(value) || (isJsonObject(value) && isFunction(value['read']) && isFunction(value['subscribe']))
}

function isText (value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isListOfTexts (value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

function isFunction (value: unknown): boolean {
  return typeof value === 'function'
}

function isClock (value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'now' in value && isFunction(value.now) && 'monotonicMs' in value &&
    isFunction(value.monotonicMs)
}
