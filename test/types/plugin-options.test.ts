// What TypeScript says about the options of the plugin: nothing about right ones, a line that names the mistake about wrong ones.

import t from 'tap'
import { checkDeclarations } from '../support/type-errors.ts'

const PRELUDE = `
import Fastify from 'fastify'
import { mcpResourceGateway, parseConfig, type GatewayOptions, type PluginConfig } from '../../src/index.ts'
const introspection = { clientId: 'shop', clientSecret: 's' }
const resource = { identifier: 'https://shop.example/mcp' }
const config = { resource, authorizationServer: { issuer: 'https://as.example', introspection } } satisfies PluginConfig
const server = { name: 'shop', version: '1.0.0' }
void parseConfig; void config; void server
`

/** As the literal that a host writes into `register()`. */
const registered = (members: string): string => `${PRELUDE}
export const options: GatewayOptions = { config, tools: [], server }
await Fastify().register(mcpResourceGateway, { ${members} })`
const withConfig = (members: string): string => registered(`config: { ...config, ${members} }, tools: [], server`)

const RIGHT: Readonly<Record<string, string>> = {
  smallest: registered('config, tools: [], server'),
  parsedBefore: registered('config: parseConfig(config), tools: [], server'),
  every: registered("config, tools: [], server, readiness: [], policyStatements: ['x'], clientCertificates: true, logLevel: 'warn'")
}

const UNKNOWN = 'Object literal may only specify known properties'
const WRONG: Readonly<Record<string, readonly [source: string, lastLine: string]>> = {
  unknownOption: [registered('config, tools: [], server, tolls: []'),
    `${UNKNOWN}, and 'tolls' does not exist in type 'FastifyRegisterOptions<GatewayOptions>'.`],
  optionMissing: [registered('config, tools: []'), "Property 'server' is missing in type {…} but required in type 'GatewayOptions'."],
  versionMissing: [registered("config, tools: [], server: { name: 'shop' }"),
    "Property 'version' is missing in type {…} but required in type 'ServerIdentity'."],
  toolNotDeclared: [registered("config, tools: [{ name: 'pay' }], server"),
    "Type {…} is missing the following properties from type 'Tool': input, access, run, title, description"],
  unknownMember: [withConfig('cahce: {}'), `${UNKNOWN}, but 'cahce' does not exist in type 'PluginConfig'. Did you mean to write 'cache'?`],
  unknownMemberInside: [withConfig('cache: { ttl: 5 }'), `${UNKNOWN}, and 'ttl' does not exist in type {…}.`],
  memberOfTheServer: [withConfig('port: 3000'), `${UNKNOWN}, and 'port' does not exist in type 'PluginConfig'.`],
  numberAsText: [withConfig("limits: { toolTimeoutMs: '5' }"), "Type 'string' is not assignable to type 'number'."],
  unknownMode: [withConfig("dpop: { mode: 'on' }"),
    "Type '\"on\"' is not assignable to type '\"off\" | \"accepted\" | \"required\" | undefined'."],
  serverMissing: [registered('config: { resource }, tools: [], server'),
    "Property 'authorizationServer' is missing in type {…} but required in type 'PluginConfig'."],
  issuerMissing: [registered('config: { resource, authorizationServer: { introspection } }, tools: [], server'),
    "Property 'issuer' is missing in type {…} but required in type {…}."]
}

t.test('types — right options compile, and wrong ones say what is wrong in their last line', async t => {
  checkDeclarations(t, RIGHT, WRONG)
})
