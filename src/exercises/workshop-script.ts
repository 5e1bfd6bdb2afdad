// The commands of the exercises as functions of a shell, so that no value is picked out of an answer by hand. Sourced by bash or zsh;
// needs curl and openssl, as the tutorial does.

import type { Locale } from '../kernel/locale.ts'

export interface WorkshopAddresses {
  readonly tickets: string
  readonly files: string
  readonly issuer: string
  /** A folder below the one that the file server serves, and one beside it. */
  readonly folder: string
}

/** What the functions say to a person. In the quotation marks of a shell: no apostrophe. */
const SAID: Readonly<Record<Locale, Readonly<Record<'open' | 'address' | 'token' | 'noToken', string>>>> = {
  en: {
    open: 'Open this address, log in, and come back with the address that the browser shows then:',
    address: 'Address: ',
    token: 'You have a token. It is in the variable TOKEN.',
    noToken: 'No token: the address has no code, or it was used before.'
  },
  ja: {
    open: '次の URL を開いてログインし、その後ブラウザに表示された URL を貼り付けてください：',
    address: 'URL: ',
    token: 'トークンを取得しました。変数 TOKEN に入っています。',
    noToken: 'トークンを取得できませんでした。URL に code がないか、使用済みです。'
  }
}

/** Where a browser returns to; its address bar has the code. */
const REDIRECT = 'http://localhost:6274/oauth/callback/debug'

export function workshopScript ({ tickets, files, issuer, folder }: WorkshopAddresses, language: Locale): string {
  const said = SAID[language]
  return `# Source this: knock, ask, call, revoke and keep on calling.
TICKETS='${tickets}'
FILES='${files}'
ISSUER='${issuer}'
FOLDER='${folder}'
WORKSHOP_CLIENT=

post () {
  curl -si -X POST "$1" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
    \${2:+-H "Authorization: Bearer $2"} -d "$3"
  echo
}

# knock [TOKEN]: a first request, without a token or with any text in its place
knock () { post "$TICKETS" "\${1:-}" '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'; }

# call TOOL ARGUMENTS [RESOURCE]: with the token that ask has got
call () {
  arguments=\${2:-}
  [ -n "$arguments" ] || arguments='{}'
  post "\${3:-$TICKETS}" "$TOKEN" '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'"$1"'","arguments":'"$arguments"'}}'
}

encoded () { printf %s "$1" | sed 's/%/%25/g; s/ /%20/g; s/"/%22/g; s/{/%7B/g; s/}/%7D/g; s/\\[/%5B/g; s/]/%5D/g; s/:/%3A/g; s/,/%2C/g; s/&/%26/g; s/+/%2B/g; s/#/%23/g'; }

# ask SCOPES [AUTHORIZATION_DETAILS] [RESOURCE]: opens nothing; prints the address for the browser, and reads the one it returned to
ask () {
  resource=\${3:-$TICKETS}
  if [ -z "$WORKSHOP_CLIENT" ]; then
    WORKSHOP_CLIENT=$(curl -s -X POST "$ISSUER/connect/register" -H 'Content-Type: application/json' \\
      -d '{"client_name":"curl of the workshop","redirect_uris":["${REDIRECT}"],"token_endpoint_auth_method":"none","grant_types":["authorization_code","refresh_token"],"response_types":["code"]}' |
      sed 's/.*"client_id":"\\([^"]*\\)".*/\\1/')
  fi
  verifier=$(openssl rand -hex 32)
  challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=\\n')
  echo '${said.open}'
  echo "$ISSUER/api/authorization?response_type=code&client_id=$WORKSHOP_CLIENT&redirect_uri=$(encoded '${REDIRECT}')&code_challenge=$challenge&code_challenge_method=S256&state=workshop&scope=$(encoded "$1")&resource=$(encoded "$resource")\${2:+&authorization_details=$(encoded "$2")}"
  printf '${said.address}'
  read -r returned
  code=$(printf %s "$returned" | sed 's/.*[?&]code=\\([^&]*\\).*/\\1/')
  TOKEN=$(curl -s -X POST "$ISSUER/api/token" -d grant_type=authorization_code -d "code=$code" -d "code_verifier=$verifier" \\
    --data-urlencode "redirect_uri=${REDIRECT}" --data-urlencode "resource=$resource" -d "client_id=$WORKSHOP_CLIENT" |
    sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')
  if [ -n "$TOKEN" ]; then echo '${said.token}'; else echo '${said.noToken}'; fi
}

# revoke: the token that ask has got (RFC 7009)
revoke () { curl -s -o /dev/null -w '%{http_code}\\n' -X POST "$ISSUER/api/revoke" -d "token=$TOKEN" -d "client_id=$WORKSHOP_CLIENT"; }
`
}
