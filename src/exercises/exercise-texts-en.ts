// The English texts of the exercises.

import type { ExerciseTexts } from './exercise-words.ts'

export const englishTexts: ExerciseTexts = {
  mine: 'Exercises',
  theClass: 'The class',
  everybody: 'Everybody',
  choose: 'Choose your name. You log in with it, and it is the password too.',
  practice: 'For practice only: everybody on this page can be chosen by everybody.',
  otherLanguage: '日本語',
  progress: (done, all) => `${done} of ${all} done. Nothing to type in here: the gateway ticks what it has seen you do.`,
  allDone: 'All done.',
  doneAt: time => `done ${time}`,
  requests: numbers => `request ${numbers} in the console`,
  seconds: seconds => `${seconds} s between the two`,
  commands: 'With curl',
  beforeCommands: 'Once in each terminal (bash or zsh):',
  copy: 'Copy',
  copied: 'Copied',
  withInspector: 'With MCP Inspector',
  last: 'What the gateway decided last',
  nothingYet: 'Nothing yet.',
  figures: {
    here: 'have been here',
    most: 'is where most are',
    stuck: 'are stuck (3 refusals or 5 minutes)',
    unowned: 'requests without a known token'
  },
  refusals: 'Most frequent refusals, last 5 minutes',
  noRefusals: 'None.',
  person: 'Person',
  cell: { done: 'done', 'at-it': 'at it', stuck: 'stuck', open: 'not begun' },
  offline: 'The console of the gateway does not answer: nothing can be ticked now. It is asked again every second.',
  missed: count => `${count} requests were too many for the console and are missing here.`,
  reset: 'Begin again with another class',
  resetMore: 'Forgets all ticks, reservations and totals, makes every seat free, switches the lab off and revokes ' +
    'every token. Clients stay registered.',
  resetSure: 'Reset the class',
  resetDone: {
    progress: 'Ticks are forgotten.',
    tickets: 'Reservations and totals are gone, every seat is free.',
    lab: 'The lab is off, every token is revoked.'
  },
  resetFailed: 'This did not work: look at the lines of the launcher.',
  refusedHere: {
    'foreign-host': 'These pages answer only at their own address.',
    'foreign-origin': 'This request was sent from another site. Nothing was changed.',
    'teacher-only': 'This needs the secret of the teacher: any user name, and the secret as the password.',
    'not-found': 'There is no such page.'
  },
  reasons: {
    permitted: 'allowed',
    'missing-token': 'no token',
    inactive: 'token expired, revoked or unknown',
    expired: 'token expired',
    'wrong-audience': 'token for another resource',
    'insufficient-scope': 'a scope is missing',
    'insufficient-authorization': 'over the limit',
    fault: 'the authorization server does not answer',
    'malformed-credentials': 'the token was sent wrongly',
    'not-yet-valid': 'token not valid yet',
    'insufficient-authentication': 'a stronger login is needed',
    'unknown-tool': 'no tool for this token',
    'rate-limited': 'too many requests',
    'method-not-allowed': 'not a POST',
    'protocol-error': 'not an MCP message',
    'invalid-arguments': 'wrong arguments',
    'tool-failed': 'allowed, and could not be done',
    'not-allowed': 'allowed to no token',
    undecidable: 'could not be decided',
    overloaded: 'too busy'
  },
  hints: {
    'whole-token': 'Last answer: 401, the token is not known. Was it copied whole? Is it the newest one?',
    'again-soon': 'You are in. Call once more within 30 seconds with the same token: the gateway will not ask again.',
    'ask-for-this-resource': 'That token was issued for another resource. Ask for one with the address of this gateway as the resource.',
    'read-alone-first': 'That token had both scopes from the start. Ask for mcp:tickets:read alone first, and be refused.',
    'scope-of-the-challenge': 'The new token has the same scopes. The scope of the challenge belongs into the next authorization request.',
    'choose-a-limit': 'Reserved, but without any limit. On the page of the authorization server choose the limit.',
    'seats-are-gone': 'No seats are left. Try another ticket.',
    'within-the-limit': 'That was over the limit, which is exercise 5. Take fewer seats here.',
    'step-up-first': '403, but for a missing scope. Get a token with write first (exercise 3).',
    'more-seats': 'That was within the limit. Take more seats.',
    'new-token': 'The same token again gets the same answer. The remedy needs a new one: ask the person.',
    'the-same-call': 'Allowed, but another call. Make exactly the call that was refused.',
    'as-the-remedy-says': 'Ask the person for exactly what the remedy says, then repeat the call.',
    'at-the-other-address': 'That token was for this address. Show it at the other one.',
    'read-before-it-ends': 'Refused, and nothing was read with this token shortly before. Get a new one, call ' +
      'list_tickets twice, revoke, and go on reading.',
    'now-inside': 'Refused, as it should be. Now read a file inside the folder that you allowed.',
    'now-outside': 'Read. Now try a file outside the folder that you allowed.',
    'server-is-away': '503: the authorization server does not answer. This is not your mistake; wait for the teacher.'
  },
  exercises: {
    'be-refused': {
      title: 'Get refused, read the challenge',
      goal: 'Call the gateway without a token, then with a made-up one. Read WWW-Authenticate: what is wrong, and ' +
        'where is a token to be had?',
      inspector: 'Connect without logging in. Then, under Authentication, set the header Authorization to the text below, and connect.'
    },
    'come-in': {
      title: 'Get a token, come in, be recognised',
      goal: 'Log in, get a token for this gateway, and call list_tickets twice. The second time the gateway does not ' +
        'ask the authorization server.',
      inspector: 'Open Auth Settings, Quick OAuth Flow, log in as yourself; Connect, List Tools, run list_tickets twice.'
    },
    'step-up': {
      title: 'Step up from read to write',
      goal: 'With a token that may read alone, call reserve_ticket and be refused. Ask again with the scope of the ' +
        'challenge, and call again.',
      inspector: 'In the OAuth settings set the scope to mcp:tickets:read and log in. Run reserve_ticket: 403. Set ' +
        'both scopes, log in again, run it again.'
    },
    reserve: {
      title: 'Reserve within a limit',
      goal: 'Choose a limit on the page of the authorization server, and reserve one seat of ticket 1 (5,000 yen).',
      inspector: 'Log in and choose the limit of 10,000 yen for each reservation. Run reserve_ticket with ticket_id 1 and seats 1.'
    },
    exceed: {
      title: 'Exceed the limit',
      goal: 'With the same token, reserve more than you allowed. Look at the answer: what would be enough?',
      inspector: 'Run reserve_ticket with ticket_id 1 and seats 3.'
    },
    remedy: {
      title: 'Use the remedy',
      goal: 'Ask the person for exactly what the refusal says, and repeat the very same call with the new token.',
      inspector: 'In the console copy the remedy of your refusal. Open the authorization address with it as ' +
        'authorization_details, log in, and run the same call.'
    },
    'other-resource': {
      title: 'Present a token for another resource',
      goal: 'Get a token for the files, use it there, and show it to the tickets. Both addresses are the same server, ' +
        'and still it is refused.',
      inspector: 'Connect to the address of the files and log in. Copy that token into the header Authorization of a ' +
        'connection to the tickets.'
    },
    revoke: {
      title: 'Revoke, and see what still answers',
      goal: 'Call list_tickets, revoke the token, and go on calling. How long does reading still work, and why? Then try reserve_ticket.',
      inspector: 'In the ticket shop, under applications, revoke MCP Inspector, and go on running list_tickets every few seconds.'
    },
    'own-tool': {
      title: 'Protect a tool of your own',
      goal: 'Start the small gateway of docs/examples/greetings.ts on this machine, change its tool, be refused by ' +
        'it, and then be allowed.',
      inspector: 'Start it as shown below, connect to its address, and call its tool with a token without, then with its scope.'
    },
    files: {
      title: 'Another MCP server behind the gate',
      goal: 'The file server knows no tokens; the gateway in front of it does. Allow one folder, read a file in it, and one outside.',
      inspector: 'Connect to the address of the files, log in and allow one folder. Run files_read_text_file inside it and outside.'
    }
  }
}
