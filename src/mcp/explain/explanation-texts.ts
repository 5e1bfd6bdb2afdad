// The texts of an explanation: one sentence per check, in English and Japanese. Scopes, types and members keep the names of their
// declarations.

import type { Locale } from '../../kernel/locale.ts'
import { MAX_EXPLAINED_ELEMENTS } from './explanation.ts'
import type { Check, CheckOutcome, ElementFinding, Explanation } from '../../policy/explain.ts'

export interface ExplanationTexts {
  readonly verdict: (explanation: Explanation) => string
  readonly check: (check: Check) => string
  readonly unknownTool: string
  readonly actsForClient: string
}

type DetailsCheck = Extract<Check, { check: 'authorization-details' }>
type Outcomes<Text> = Readonly<Record<CheckOutcome, Text>>

interface Words {
  readonly unknownTool: string
  readonly actsForClient: string
  readonly verdict: Readonly<Record<Exclude<Explanation['verdict'], 'denial'>, string>>
  readonly refused: string
  readonly scope: Outcomes<(scopes: string) => string>
  readonly authentication: Outcomes<string>
  readonly freshness: Outcomes<string>
  readonly details: {
    readonly notNeeded: string
    readonly notReached: string
    readonly dependsOnArguments: string
    readonly unlimited: string
    readonly suffice: (elements: string) => string
    readonly absent: (type: string) => string
    readonly noneGranted: (type: string) => string
    readonly otherType: (type: string) => string
    readonly unreadable: string
    readonly insufficient: (type: string, elements: string) => string
    readonly finding: (finding: ElementFinding) => string
    readonly separator: string
  }
}

const en: Words = {
  unknownTool: 'There is no such tool for this token.',
  actsForClient: 'The token acts for the client itself, not for a person.',
  verdict: {
    permit: 'allowed',
    'needs-fresh': 'allowed, if the authorization server still calls the token active when the call is made',
    'depends-on-arguments': 'depends on the arguments'
  },
  refused: 'refused',
  scope: {
    passed: scopes => `The token has the scope that is needed: ${scopes}.`,
    failed: scopes => `The token lacks scope: ${scopes}.`,
    'not-needed': () => 'No scope is needed.',
    'not-reached': () => 'Scope was not looked at.',
    'depends-on-arguments': () => 'Which scope is needed depends on the arguments.'
  },
  authentication: {
    passed: 'The person authenticated well and recently enough.',
    failed: 'The person did not authenticate well or recently enough.',
    'not-needed': 'No particular authentication is needed.',
    'not-reached': 'The authentication level was not looked at.',
    'depends-on-arguments': 'Which authentication is needed depends on the arguments.'
  },
  freshness: {
    passed: 'The answer of the authorization server is live.',
    failed: 'A live answer is needed: the authorization server is asked again when the call is made.',
    'not-needed': 'A cached answer of the authorization server will do.',
    'not-reached': 'Freshness was not looked at.',
    'depends-on-arguments': 'Whether a live answer is needed depends on the arguments.'
  },
  details: {
    notNeeded: 'No authorization details are needed.',
    notReached: 'Authorization details were not looked at.',
    dependsOnArguments: 'Whether the authorization details suffice depends on the arguments.',
    unlimited: 'The token has no authorization details, and the configuration allows that: this call has no limit.',
    suffice: elements => `The authorization details suffice; each of these elements is enough alone: ${elements}. ` +
      'What is left of a total is checked when the call is made.',
    absent: type => `The token has no authorization details; one of type ${type} is needed.`,
    noneGranted: type => 'The authorization details of the token are empty: some were requested, and none was granted. ' +
      `One of type ${type} is needed.`,
    otherType: type => `The token has no authorization details of type ${type}.`,
    unreadable: 'The authorization details cannot be read, and allow nothing.',
    insufficient: (type, elements) => `No element of type ${type} allows this: ${elements}.`,
    finding: ({ index, verdict, member }) => verdict === 'sufficient'
      ? `#${index}`
      : `#${index} ${verdict === 'unreadable' ? 'cannot be read' : 'does not cover it'} (${member})`,
    separator: ', '
  }
}

const ja: Words = {
  unknownTool: 'このトークンで使えるそのようなツールはありません。',
  actsForClient: 'このトークンは利用者ではなくクライアント自身のものです。',
  verdict: {
    permit: '許可',
    'needs-fresh': '許可（呼び出しの時点で認可サーバーがトークンを有効と答えた場合）',
    'depends-on-arguments': '引数による'
  },
  refused: '拒否',
  scope: {
    passed: scopes => `必要なスコープがあります: ${scopes}`,
    failed: scopes => `スコープが足りません: ${scopes}`,
    'not-needed': () => 'スコープは不要です。',
    'not-reached': () => 'スコープは確認していません。',
    'depends-on-arguments': () => '必要なスコープは引数によります。'
  },
  authentication: {
    passed: '本人の認証は十分です。',
    failed: '本人の認証の強度または新しさが足りません。',
    'not-needed': '特別な認証は不要です。',
    'not-reached': '認証の強度は確認していません。',
    'depends-on-arguments': '必要な認証は引数によります。'
  },
  freshness: {
    passed: '認可サーバーの最新の回答です。',
    failed: '最新の回答が必要です。呼び出しの時点で認可サーバーに改めて確認します。',
    'not-needed': '認可サーバーのキャッシュした回答で足ります。',
    'not-reached': '回答の新しさは確認していません。',
    'depends-on-arguments': '最新の回答が必要かどうかは引数によります。'
  },
  details: {
    notNeeded: '認可の詳細は不要です。',
    notReached: '認可の詳細は確認していません。',
    dependsOnArguments: '認可の詳細が足りるかどうかは引数によります。',
    unlimited: 'トークンに認可の詳細はありませんが、設定により許可されます。この呼び出しに上限はありません。',
    suffice: elements => `認可の詳細は足りています。次の要素はそれぞれ単独で十分です: ${elements}。合計の残りは呼び出しの時点で確認します。`,
    absent: type => `トークンに認可の詳細がありません。${type} 型が必要です。`,
    noneGranted: type => `トークンの認可の詳細が空です（要求されましたが、何も許可されていません）。${type} 型が必要です。`,
    otherType: type => `トークンに ${type} 型の認可の詳細がありません。`,
    unreadable: '認可の詳細を読み取れないため、何も許可されません。',
    insufficient: (type, elements) => `${type} 型の要素はどれもこの呼び出しを許可しません: ${elements}`,
    finding: ({ index, verdict, member }) => verdict === 'sufficient'
      ? `#${index}`
      : `#${index} ${verdict === 'unreadable' ? '読み取れません' : '足りません'}(${member})`,
    separator: '、'
  }
}

export function explanationTexts (locale: Locale): ExplanationTexts {
  const words = locale === 'ja' ? ja : en
  return {
    verdict: ({ verdict, denial }) => verdict === 'denial' ? `${words.refused}: ${denial}` : words.verdict[verdict],
    check (check) {
      switch (check.check) {
        case 'scope': return words.scope[check.outcome]((check.outcome === 'failed' ? check.missing : check.needed).join(' '))
        case 'authentication-level': return words.authentication[check.outcome]
        case 'authorization-details': return details(check, words.details)
        case 'freshness': return words.freshness[check.outcome]
      }
    },
    unknownTool: words.unknownTool,
    actsForClient: words.actsForClient
  }
}

function details ({ outcome, problem, type = '', elements }: DetailsCheck, words: Words['details']): string {
  const findings = (kept: readonly ElementFinding[]) => {
    const named = kept.slice(0, MAX_EXPLAINED_ELEMENTS).map(words.finding).join(words.separator)
    return kept.length > MAX_EXPLAINED_ELEMENTS ? `${named}${words.separator}… (+${kept.length - MAX_EXPLAINED_ELEMENTS})` : named
  }
  switch (outcome) {
    case 'not-needed': return words.notNeeded
    case 'not-reached': return words.notReached
    case 'depends-on-arguments': return words.dependsOnArguments
    case 'passed': {
      const sufficient = elements.filter(({ verdict }) => verdict === 'sufficient')
      return sufficient.length === 0 ? words.unlimited : words.suffice(findings(sufficient))
    }
    case 'failed':
      if (problem === 'absent') return words.absent(type)
      if (problem === 'none-granted') return words.noneGranted(type)
      if (problem === 'other-type') return words.otherType(type)
      return elements.length === 0 ? words.unreadable : words.insufficient(type, findings(elements))
  }
}
