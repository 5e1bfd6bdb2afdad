// Where may a check connect to? Decided on resolved addresses, of which DNS may give others later.

import t from 'tap'
import { classOfAddress, classOfHost, mayReach } from '../../src/check/address-class.ts'
import { routeTo, type Address, type Lookup } from '../../src/check/route.ts'
import { parseTarget, type Target } from '../../src/check/target.ts'
import { covers } from '../support/covers.ts'

const NOT_GLOBAL = [
  '0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254', '169.254.169.254',
  '172.16.0.1', '172.31.255.255',
  '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1',
  '224.0.0.1', '239.255.255.250',
  '240.0.0.1', '255.255.255.255',
  '::', '::1', '::2', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:127.0.0.1',
  '::ffff:10.0.0.1', '::ffff:0:0', '::ffff:169.254.169.254',
  '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::', '64:ff9b:1::1', '100::1', '2001::1', '2001:2::1', '2001:10::1',
  '2001:db8::1', '2002:7f00:1::', '3fff::1',
  '5f00::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fe80::1%1', 'fec0::1', 'ff02::1', '4000::1', 'not an address', ''
]
const GLOBAL = [
  '1.1.1.1', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1',
  '192.167.0.1', '223.255.255.255', '198.17.0.1',
  '2606:4700:4700::1111', '2a00:1450::1', '2001:200::1', '::ffff:1.1.1.1', '::ffff:101:101', '64:ff9b::1.1.1.1', '64:ff9b:0:0:0:0:808:808'
]

const parse = (text: string): Target => {
  const target = parseTarget(text)
  if (!target.ok) throw new Error(target.error)
  return target.value
}
const addressesOf = (...addresses: readonly string[]): readonly Address[] =>
  addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
const dns = (names: Readonly<Record<string, readonly string[]>>): Lookup => host => {
  const found = names[host]
  return found === undefined
    ? Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    : Promise.resolve(addressesOf(...found))
}

t.test('addresses — every range that is not public is recognized, however it is written', t => {
  covers('check.follows-no-address-inwards')
  t.strictSame(NOT_GLOBAL.filter(address => classOfAddress(address) === 'global'), [])
  t.strictSame(GLOBAL.filter(address => classOfAddress(address) !== 'global'), [])
  const here = ['127.0.0.1', '0.0.0.0', '::', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1']
  t.strictSame(here.filter(address => classOfAddress(address) !== 'loopback'), [])
  t.end()
})

t.test('addresses — the host of a URL is judged by its text as far as that goes', t => {
  const hostOf = (url: string) => classOfHost(new URL(url).hostname)
  const loopback = [
    'http://localhost', 'http://LOCALHOST.', 'http://a.localhost', 'http://127.1', 'http://2130706433', 'http://0x7f.1', 'http://0', 'http://[::]',
    'http://[::ffff:127.0.0.1]'
  ]
  t.strictSame(loopback.filter(url => hostOf(url) !== 'loopback'), [])
  t.equal(hostOf('http://169.254.169.254'), 'link-local')
  t.equal(hostOf('https://mcp.example.com'), undefined, 'a name has to be resolved')
  t.end()
})

t.test('addresses — a server is followed to the public Internet and to its own class of addresses', t => {
  t.ok(mayReach('global', 'global'))
  t.notOk(mayReach('global', 'loopback'))
  t.notOk(mayReach('private', 'loopback'), 'a server in the network cannot use this machine')
  t.notOk(mayReach('private', 'link-local'), 'nor reach the metadata service of a cloud')
  t.notOk(mayReach('loopback', 'link-local'))
  t.ok(mayReach('loopback', 'private'), 'a gateway on this machine, its authorization server in the network')
  t.end()
})

t.test('route — what a remote server names is connected at public addresses only', async t => {
  covers('check.follows-no-address-inwards')
  const lookup = dns({
    'mcp.example.com': ['1.1.1.1'],
    'as.example.com': ['2606:4700::1', '1.0.0.1'],
    'inward.example.com': ['10.0.0.1'],
    'mixed.example.com': ['127.0.0.1', '1.0.0.1']
  })
  const { target, route } = await routeTo(parse('https://mcp.example.com/mcp'), 1000, lookup)
  t.equal(target.reach, 'global')
  t.strictSame(await route('as.example.com'), addressesOf('2606:4700::1', '1.0.0.1'))
  t.strictSame(await route('inward.example.com'), [])
  t.strictSame(await route('mixed.example.com'), addressesOf('1.0.0.1'), 'of several addresses the public ones')
  t.strictSame(await route('[::ffff:7f00:1]'), [])
  t.strictSame(await route('169.254.169.254'), [])
  await t.rejects(route('nowhere.example.com'), { code: 'ENOTFOUND' })
})

t.test('route — a name whose addresses change during the check keeps those that were judged', async t => {
  const answers = [addressesOf('1.1.1.1'), addressesOf('127.0.0.1'), addressesOf('127.0.0.1')]
  const { route } = await routeTo(parse('https://mcp.example.com/mcp'), 1000, () => Promise.resolve(answers.shift() ?? []))
  t.strictSame(await route('mcp.example.com'), addressesOf('1.1.1.1'), 'of the target')
  t.strictSame(await route('as.example.com'), [])
  t.strictSame(await route('as.example.com'), [])
  t.equal(answers.length, 1, 'each name is resolved once')
})

t.test('route — the target itself may be anywhere, and what it names may be there too', async t => {
  const lookup = dns({
    'mcp.corp.example': ['10.1.2.3'], 'as.corp.example': ['10.1.2.9'], localhost: ['::1', '127.0.0.1'], 'x.localhost': ['1.1.1.1']
  })
  const inside = await routeTo(parse('https://mcp.corp.example/mcp'), 1000, lookup)
  t.strictSame(await inside.route('mcp.corp.example'), addressesOf('10.1.2.3'))
  t.strictSame(await inside.route('as.corp.example'), addressesOf('10.1.2.9'))
  t.strictSame(await inside.route('127.0.0.1'), [])
  const here = await routeTo(parse('http://localhost:3443/mcp'), 1000, lookup)
  t.match(here.target, { loopback: true, reach: 'loopback' })
  t.strictSame(await here.route('127.0.0.1'), addressesOf('127.0.0.1'))
  const elsewhere = await routeTo(parse('http://x.localhost/mcp'), 1000, lookup)
  t.match(elsewhere.target, { loopback: false, reach: 'global' }, 'a name of this machine that another machine has')
})

t.test('route — a name server that gives a name a public and an inward address does not open the way inwards', async t => {
  const { target, route } = await routeTo(parse('https://mcp.example.com/mcp'), 1000, dns({ 'mcp.example.com': ['127.0.0.1', '1.1.1.1'] }))
  t.equal(target.reach, 'global')
  t.strictSame(await route('mcp.example.com'), addressesOf('1.1.1.1'))
})
