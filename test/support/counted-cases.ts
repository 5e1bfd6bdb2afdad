// What goes wrong with totals and with tokens for other servers, case by case: a part of test/support/upstream-cases.ts.

import { row, type UpstreamCase } from './upstream-case.ts'

const COUNTED = 'http/counted-calls.test.ts'
const CHARGED = 'http/charged-amounts.test.ts'
const REPEATED = 'http/repeated-counted-calls.test.ts'
const UNFINISHED = 'http/unfinished-counted-calls.test.ts'
const EXCHANGE = 'http/token-exchange.test.ts'
const FAILED = 'http/failed-exchanges.test.ts'
const PRACTICE = 'http/practice-exchange.test.ts'
const CONFIGURATION = 'unit/upstream-configuration.test.ts'
const LEDGER = 'contract/ledger-contract.ts'
const CONTRACT = 'contract/upstream-contract.ts'
const TOTALS = 'e2e/totals.test.ts'
const EXCHANGED = 'e2e/exchanged-token.test.ts'
const GUARD = 'process/token-guard.test.ts'

const EVERY_OUTCOME = 'every outcome — is settled, given back or kept'
const LOST_ANSWERS = 'a server that answers late, half, twice or never — 502 that says so, and the debit stays'

const TOTAL: Readonly<Record<number, UpstreamCase>> = {
  35: row('three payments of 10,000 and a fourth of 1, with 30,000 a month', '403 with what is left; permitted in the next month', {
    [COUNTED]: ['three payments of 10,000, and a fourth of 1 — 403 with what remains; the next month allows it'],
    'http/tool-limits.test.ts': ['limits — a total holds across calls, its refusal says what is left, and a cancellation gives it back']
  }),
  36: row('a hundred calls at once over two processes', 'exactly three go to the server', {
    [TOTALS]: ['two gateways on one PostgreSQL, a hundred calls at once — exactly three go to the server'],
    [LEDGER]: ['a thousand calls at once — the total is never exceeded']
  }),
  37: row('the server does not answer in time', '502, unknown, and debited; `ledger release` gives it back', {
    [COUNTED]: ['an answer that never came — the debit stays, the operator sees it, and release gives it back'],
    [TOTALS]: [LOST_ANSWERS],
    'http/ledger-command.test.ts': ['ledger release and settle — change what waits, once, with a line of the audit log before']
  }),
  38: row('no connection, a resting server, no room', 'given back at once', { [COUNTED]: [EVERY_OUTCOME] }),
  39: row('the gateway is killed between hold and answer', 'unknown after a restart, and still counted', {
    [TOTALS]: ['SIGKILL in a thousand calls, again and again — no total exceeded, every hold resolved or listed'],
    [LEDGER]: ['a call without an outcome — becomes unknown when its time is over, and a late outcome still counts']
  }),
  40: row('a server dies during calls', 'each of them is unknown', { [TOTALS]: [LOST_ANSWERS], [COUNTED]: [EVERY_OUTCOME] }),
  41: row('a result with `isError`', 'debited, or given back where the operator says so', {
    [COUNTED]: [EVERY_OUTCOME, 'a tool error gives back where the operator says that it means: not executed']
  }),
  42: row('an idempotency key once more', 'one debit; refused with other arguments', {
    [COUNTED]: ['an idempotency key — one debit, one call, one outcome; never for other arguments'],
    [LEDGER]: ['an idempotency key — belongs to person, client, tool and arguments, and is debited once'],
    [REPEATED]: ['a lost answer, and the same key again without success — the debit stays, whatever the second answer was']
  }),
  43: row('more was charged than was asked for', 'the tool is refused until the operator has looked', {
    [CHARGED]: [
      'what was charged — less gives back, nonsense keeps all, more stops the tool for everyone',
      'what was charged — more is more as a fraction and beyond exact integers too'
    ],
    [LEDGER]: ['a higher charge than was asked for — the tool is refused until an operator has looked']
  }),
  44: row('a client goes away during a payment', 'it is finished and settled; a read is given up', {
    [UNFINISHED]: ['a client that goes away during a payment — the hold is settled by what the server answers'],
    [CONTRACT]: ['call — a read is given up when its caller goes away, and a change is finished']
  }),
  45: row('a payment asks a question', 'an error for the client, and given back', { [COUNTED]: [EVERY_OUTCOME] }),
  46: row('a decision that wants questions to be relayed', 'a mistake: they are not relayed', {
    [CONFIGURATION]: ['upstreams — questions of a server are relayed by no member: none is there to ask for it']
  }),
  79: row('a gateway is killed while it pays, again and again', 'no total exceeded, and no hold left open', {
    [TOTALS]: [
      'SIGKILL in a thousand calls, again and again — no total exceeded, every hold resolved or listed',
      'SIGKILL of gateways on PostgreSQL — no total exceeded, every hold resolved or listed'
    ]
  })
}

const TOKENS: Readonly<Record<number, UpstreamCase>> = {
  69: row('the token of a client in what reaches another server', 'the whole run of the tests fails', {
    [GUARD]: [
      'a token in a header, a body, a line, an argument or a variable fails the run, in any spelling, and none passes',
      'every test file runs under the guard, and so do the servers that tests start'
    ],
    [EXCHANGED]: ['the payments server is shown a narrow token, never that of the client, nothing after a revocation']
  }),
  70: row('an exchange answers with the same token', 'refused, and never sent', {
    [EXCHANGE]: ['a reply that is not exactly what was asked for is refused, and the server is not called'],
    [PRACTICE]: ['no reply of a lax or hostile server is used']
  }),
  71: row('another token type, a wider scope, no `expires_in`, 1 MB', 'refused; without an expiry kept for a minute', {
    [EXCHANGE]: [
      'a reply that is not exactly what was asked for is refused, and the server is not called',
      'a thousand calls make one exchange, which is kept within every limit of its life'
    ],
    [PRACTICE]: ['no reply of a lax or hostile server is used']
  }),
  72: row('a thousand calls; then the token is revoked', 'one exchange; its token is dropped', {
    [EXCHANGE]: [
      'a thousand calls make one exchange, which is kept within every limit of its life',
      'a token that is found revoked takes what was derived from it along'
    ],
    [EXCHANGED]: ['the payments server is shown a narrow token, never that of the client, nothing after a revocation']
  }),
  73: row('two issuers', 'each token is exchanged where it was issued', {
    [EXCHANGE]: ['each person is exchanged at the server that issued the token, and nowhere else']
  }),
  74: row('the authorization server is down', '503; tokens that are kept go on', {
    [FAILED]: [
      'every other failure is a fault with a code, and no reason to throw the token away',
      'a server that is down is left alone after a few failures, and tokens that are kept go on'
    ]
  }),
  75: row('secrets and exchanged tokens', 'in no log, page, answer or audit line', {
    [CONFIGURATION]: ['upstreams — their secrets are in no line about the configuration'],
    [EXCHANGED]: ['the payments server is shown a narrow token, never that of the client, nothing after a revocation']
  })
}

export const COUNTED_CASES: Readonly<Record<number, UpstreamCase>> = { ...TOTAL, ...TOKENS }
