// What goes wrong with other MCP servers, case by case, with what is expected, and the tests that show it. The numbers are those under
// which the cases are cited in the names of tests. test/process/upstream-cases.test.ts looks for each of the tests.

import { COUNTED_CASES } from './counted-cases.ts'
import { row, type UpstreamCase } from './upstream-case.ts'

const DRIFT = 'http/proxied-drift.test.ts'
const CALLS = 'http/proxied-calls.test.ts'
const REQUESTS = 'http/proxied-requests.test.ts'
const HOSTILE = 'http/hostile-upstreams.test.ts'
const FILES = 'unit/proxy-files.test.ts'
const ARGUMENTS = 'unit/proxy-arguments.test.ts'
const LIMITS = 'unit/proxy-limits.test.ts'
const REVIEW = 'unit/proxy-review.test.ts'
const CONTRACT = 'contract/upstream-contract.ts'
const LISTING = 'contract/upstream-listing-contract.ts'
const SESSIONS = 'contract/upstream-http-sessions.test.ts'
const STATUSES = 'contract/upstream-http-statuses.test.ts'
const PROCESSES = 'contract/upstream-processes.test.ts'
const LINES = 'contract/upstream-lines.test.ts'
const ENDS = 'contract/upstream-ends.test.ts'
const E2E = 'e2e/upstreams.test.ts'
const REVIEWED = 'e2e/upstream-review.test.ts'
const DOWN = 'e2e/upstreams-down.test.ts'

const DECISIONS: Readonly<Record<number, UpstreamCase>> = {
  1: row('a server lists a tool without a decision', 'not listed, published or known; the server is not contacted', {
    [DRIFT]: ['a tool without a decision is in no list, page, metadata or document'],
    [CALLS]: ['a tool without a decision, or a hidden one, is unknown, and the server is not contacted']
  }),
  2: row('a decision about a tool that the lock does not have', 'a mistake with the nearest name', {
    [FILES]: ['a decision about a tool that is not in the lock names the nearest one']
  }),
  3: row('a decision without scopes, or with none and without `everyone`', 'a mistake', {
    [FILES]: ['a decision without scopes is a mistake, and so is an empty list that nobody confirmed']
  }),
  4: row('the description of a tool changes while the gateway runs', '503 for this tool alone', {
    [CALLS]: ['a tool that differs from the lock is refused, and the others go on'],
    [E2E]: ['a tool that changes is refused by the running gateway']
  }),
  5: row('a thousand notifications of list changes', 'one list under way, and one more', {
    [CALLS]: ['the tools are listed once for a thousand changes told, and once for all callers'],
    [DRIFT]: ['a thousand changes told while the tools are being listed cost one more list, and never two at a time']
  }),
  6: row('two tools swap their names', 'both are refused', { [DRIFT]: ['two tools whose names are swapped are both refused'] }),
  7: row('a tool is renamed', 'the old one is missing, the new one does not exist', {
    [DRIFT]: ['a tool that was renamed: the old name is unknown at the server, the new one is unknown here']
  }),
  8: row('the lock is edited by hand', 'no start, with the name of the tool', {
    [FILES]: ['the lock — without one, or with one that was edited, nothing starts'],
    [REVIEWED]: ['a wrong file — the gateway ends with 1 and one line a mistake']
  }),
  9: row('a schema gains an optional argument', 'refused as changed; accepted, the argument is held back', {
    [DRIFT]: ['a schema that gains an optional argument is a change: the tool is refused, with the argument and without'],
    [REVIEW]: ['an argument that an accepted change adds is held back until a decision names it']
  }),
  10: row('invisible or bidirectional characters in a text', 'shown escaped, recorded only with --accept-invisible', {
    [REVIEW]: ['text that a terminal would hide is shown as escapes, and must be accepted by name'],
    [REVIEWED]: ['invisible characters are recorded only with --accept-invisible']
  }),
  11: row('pages without end', 'stopped; the server is refused, the gateway is well', {
    [LISTING]: ['list — pages that never end, a cursor that comes again, too many tools and too many bytes are refused'],
    [CALLS]: ['a list without end, or of another revision, refuses the whole upstream']
  }),
  12: row('two servers with one tool name', 'no start', { [FILES]: ['names — two tools or two types of one name do not start'] }),
  13: row('a name of 65 characters', 'a mistake that proposes `as`', {
    [FILES]: ['names — two tools or two types of one name do not start']
  }),
  14: row('a tool that needs tasks', 'unusable in the review, and hidden', {
    [REVIEW]: ['warnings — tasks, long names, hints against the decision, and programs that are fetched at each start'],
    [FILES]: ['the lock — without one, or with one that was edited, nothing starts']
  }),
  15: row('a server says that a transfer only reads', 'published as decided, with a fresh token', {
    [DRIFT]: ['a tool that claims to read only is published as its decision says, with a fresh token for each call'],
    [FILES]: ['what is published of a tool is the word of the operator, and the reviewed text']
  })
}

const JUDGED: Readonly<Record<number, UpstreamCase>> = {
  16: row('an argument that is there twice', 'refused; bytes of a client are never forwarded', {
    [REQUESTS]: [
      'arguments — an amount that is there twice is refused, and the server is not asked',
      'arguments — what was judged is written again: the spelling of the client reaches no server'
    ],
    'unit/json-flaw.test.ts': ['a member that is there twice is found, at any depth and in any spelling']
  }),
  17: row('`amount` and `Amount`', 'refused', {
    [ARGUMENTS]: ['names — what the reviewed schema does not name is refused, in each object that is judged']
  }),
  18: row('names with other characters, or of prototypes', 'refused', {
    [ARGUMENTS]: ['names — what the reviewed schema does not name is refused, in each object that is judged'],
    [REQUESTS]: ['arguments — 2,000 levels, 5,000 names and names of prototypes are refused here']
  }),
  19: row('an amount of another type', 'refused as an argument, to those with the scope alone', {
    [ARGUMENTS]: ['amounts — only an integer as the schema says, and nothing is read in another way'],
    [REQUESTS]: ['arguments — of another type are refused only to those who may call, and no server is asked']
  }),
  20: row('`-0` and `1.0`', '0 and 1, judged and forwarded', {
    [ARGUMENTS]: ['amounts — only an integer as the schema says, and nothing is read in another way'],
    [REQUESTS]: ['arguments — what was judged is written again: the spelling of the client reaches no server']
  }),
  21: row('an amount that would be rounded', 'refused', {
    [ARGUMENTS]: ['unit — major units are exact, and what would be rounded is refused']
  }),
  22: row('an empty list, an item of another type, a text for a list', 'refused', {
    [ARGUMENTS]: ['paths — plain absolute paths alone, each of a list']
  }),
  23: row('paths that lead elsewhere', 'refused; `%2e%2e` is a name', {
    [ARGUMENTS]: ['paths — plain absolute paths alone, each of a list']
  }),
  24: row('a folder whose name begins like the granted one', 'insufficient', {
    [LIMITS]: ['prefix — folders are compared by whole segments']
  }),
  25: row('a part that holds the separator', 'refused', { [ARGUMENTS]: ['join — a part that holds the separator is refused'] }),
  26: row('a client sends an argument that the gateway sets', 'refused; else filled with the person of the token', {
    [ARGUMENTS]: ['set — an argument that the gateway sets is unpublished, refused from a client, and set after the decision'],
    [CALLS]: ['a permitted call reaches the server with the judged arguments and the identity of the token']
  }),
  27: row('2,000 levels, 10,000 names', 'refused without recursion', {
    [ARGUMENTS]: ['a huge or deep argument is refused without recursion'],
    [REQUESTS]: ['arguments — 2,000 levels, 5,000 names and names of prototypes are refused here']
  }),
  28: row('URLs that hide their host', 'refused, or compared as a URL parser writes them', {
    [LIMITS]: ['host — a URL has the host that a URL parser writes, and an unusual one has none']
  }),
  29: row('`_meta` of a client', 'not forwarded; the server gets a token of the gateway', {
    [REQUESTS]: ['_meta — nothing that a client puts there reaches the server'],
    [CONTRACT]: ['call — nothing of a client is in _meta, and reserved members do not come back']
  }),
  30: row('a mirrored header that differs from the argument', '-32020', {
    [REQUESTS]: ['headers — a mirrored parameter that differs from the argument is refused; an equal one is mirrored']
  }),
  31: row('a transfer above the limit', '403 with the remedy; permitted when that is granted', {
    [CALLS]: ['a call beyond the limit is a 403 with the remedy, and the server is not contacted']
  }),
  32: row('a token without details', '403, also where the policy allows', {
    [CALLS]: ['a call beyond the limit is a 403 with the remedy, and the server is not contacted']
  }),
  33: row('details with a member that the type does not declare', 'the element allows nothing', {
    [LIMITS]: ['a declared type — an element with a member that it does not declare allows nothing']
  }),
  34: row('two elements that suffice only together', 'refused', {
    [CALLS]: ['a call beyond the limit is a 403 with the remedy, and the server is not contacted']
  })
}

const CONNECTIONS: Readonly<Record<number, UpstreamCase>> = {
  47: row('two persons at a server that counts', 'two counters; one more for each client, unless isolation is `person`', {
    [CONTRACT]: [
      'isolation — each person, issuer and client has its own memory', 'isolation — of `person`: the clients of a person share it'
    ]
  }),
  48: row('a refreshed token; a token for another client', 'the same session; another one', {
    [REQUESTS]: ['persons — a refreshed token is the same caller, and one for another client or person is another'],
    [CONTRACT]: ['isolation — each person, issuer and client has its own memory']
  }),
  49: row('a session is lost', 'one `initialize` for all who wait, and each call once more', {
    // The name is made for each status.
    // eslint-disable-next-line no-template-curly-in-string
    [SESSIONS]: ['session — one that is lost with ${status} is renewed once for all who wait, and each call is sent once more']
  }),
  50: row('`initialize` fails while 200 wait', 'one attempt', {
    [SESSIONS]: ['session — `initialize` that fails is one attempt for all who wait'],
    [HOSTILE]: ['a session that does not begin is one attempt and 200 answers with 503']
  }),
  51: row('a restart during a change', 'unknown, and not repeated', {
    [SESSIONS]: ['session — a restart during a change leaves it unknown, and it is not sent again'],
    [CALLS]: ['each outcome has a status and a code that says whether the call was made']
  }),
  52: row('a server of another era than the lock', 'refused, and not repeated', {
    [SESSIONS]: ['revision — a server that speaks another era than the lock is refused, and asked in no other'],
    [LINES]: ['revision — a process that speaks another era than the lock is refused, and asked in no other'],
    [CALLS]: ['a list without end, or of another revision, refuses the whole upstream']
  }),
  53: row('sampling, roots, elicitation asked by a server', '-32601, and the call goes on', {
    [LINES]: ['questions — what the server asks is refused, but `ping`; the call goes on'],
    [STATUSES]: ['stream — what the server asks is refused, but `ping`; the call goes on']
  }),
  54: row('an answer with another id, none, or twice', 'dropped and counted', {
    [CONTRACT]: ['call — an answer to another request, to none, or once more is dropped and counted']
  }),
  55: row('a result or a line without end', 'cut at the limit; other callers are unharmed', {
    [CONTRACT]: ['call — a result above the limit is left out, and the next call is answered'],
    [LINES]: ['output — a line of 20 MB is skipped to its end: its caller learns it, and the others wait no longer'],
    'contract/upstream-endless.test.ts': [
      'stream — one without end is cut at the limit, and its connection is closed',
      'output — a line without end is skipped: its caller waits for its time, and the others are answered'
    ]
  }),
  56: row('garbage on standard output', 'skipped; a hundred lines in a row end the process', {
    [LINES]: ['output — a banner is skipped and counted; a hundred such lines in a row end the process']
  }),
  57: row('a redirect to an internal address', 'not followed, 502', {
    [STATUSES]: ['credentials — a redirect is not followed, and the credentials go nowhere else'],
    [HOSTILE]: ['headers, challenges, cookies and redirects of the server are in no answer']
  }),
  58: row('401 with a challenge of its own', '502; the challenge is not forwarded', {
    [STATUSES]: ['credentials — a challenge, a cookie and a body of the server are not part of an outcome'],
    [HOSTILE]: ['headers, challenges, cookies and redirects of the server are in no answer']
  }),
  59: row('cookies, session ids and CORS headers of the server', 'never in an answer', {
    [HOSTILE]: ['headers, challenges, cookies and redirects of the server are in no answer']
  }),
  60: row('the environment of a process', 'what is listed, and an empty home', {
    [PROCESSES]: ['environment — what is named, four variables, and an empty home that goes with the process']
  }),
  61: row('a process with children, idle, or when the gateway ends', 'the whole group is gone', {
    [PROCESSES]: ['end — the whole group goes: at the end of its input, or by a signal where it is stubborn'],
    [ENDS]: ['exit — a gateway that exits without closing takes its processes with it'],
    [DOWN]: ['SIGTERM ends the gateway and every process of its upstreams']
  }),
  62: row('a thousand first calls; more persons than processes', 'one process; 503 for those without one', {
    [PROCESSES]: [
      'start — a thousand first callers start one process',
      'start — of a hundred persons with room for two, 98 are refused and no third process starts'
    ]
  }),
  63: row('a process that crashes again and again', 'it rests', {
    [PROCESSES]: ['crash — three within a minute, and nothing starts for a while; another person goes on']
  }),
  64: row('a subject that looks like a path', '22 characters of base64url', {
    [PROCESSES]: ['arguments — {person} is 22 characters of base64url, whatever the subject is, and no shell reads them']
  }),
  65: row('one server hangs, stops or crashes', 'the others, `/ready` and `tools/list` are unaffected; the metric says which', {
    [ENDS]: ['side by side — one upstream that hangs takes nothing from the others'],
    [DOWN]: ['a server that hangs, crashes or is not there takes away its own calls and nothing else']
  }),
  66: row('a reload removes a server while it works', 'its calls finish, its session ends, and its tools are gone', {
    [E2E]: ['a running gateway calls the server, and takes new files as a whole or not at all'],
    [ENDS]: ['close — calls that run are finished, then sessions are deleted and processes end; no further call is made']
  }),
  67: row('a reload with a wrong file', 'nothing changes, and one line a mistake', {
    [E2E]: ['a running gateway calls the server, and takes new files as a whole or not at all']
  }),
  68: row('a modern server, an older client, and structured content that is no object', 'left out; the text stays', {
    [CALLS]: ['errors of the server and of its tools are results with isError, and results are not judged']
  })
}

export const UPSTREAM_CASES: Readonly<Record<number, UpstreamCase>> = { ...DECISIONS, ...JUDGED, ...CONNECTIONS, ...COUNTED_CASES }
