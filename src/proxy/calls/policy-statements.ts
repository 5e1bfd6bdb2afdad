// What the policy page says of another server's tools: what is kept about the person who calls one, for how long, and what becomes of the
// token and the arguments. docs/operations.md#the-ledger

import type { Wording } from '../../policy/authorization-details/wording.ts'
import type { CompiledTool } from '../tools/compiled-tool.ts'

const PASSED_ON: Wording = {
  en: 'Calls of some tools are made at other servers, which get the arguments of the call.',
  ja: '一部のツールの呼び出しは他のサーバーで実行し、そのサーバーに引数を渡します。'
}

const EXCHANGED: Wording = {
  en: 'For some tools the authorization server that issued the token exchanges it for another one, which is for the server of the tool ' +
    'alone.',
  ja: '一部のツールでは、トークンを発行した認可サーバーが、それをツールのサーバーだけに宛てた別のトークンと交換します。'
}

/** @param retentionDays `storage.ledgerRetentionDays`; absent: not said */
export function policyStatementsOf (
  { spending, delegation }: Pick<CompiledTool, 'spending' | 'delegation'>, retentionDays: number | undefined
): readonly Wording[] {
  return [
    PASSED_ON,
    ...(delegation === undefined ? [] : [EXCHANGED]),
    ...(spending === undefined || retentionDays === undefined ? [] : kept(retentionDays))
  ]
}

function kept (days: number): readonly Wording[] {
  return [
    {
      en: 'Calls that count against a total, or have an idempotency key, are recorded with the issuer and the subject of the token, the ' +
        'client, the tool, the amount and the times; with an idempotency key also that key, a hash of the arguments and, for a day, the ' +
        'result.',
      ja: '合計に数える呼び出しと、冪等キー（idempotency key）のある呼び出しは、トークンの発行者（issuer）と sub、クライアント、ツール、' +
        '金額、時刻と共に記録します。冪等キーがあれば、キーと引数のハッシュ、1 日間は結果も保存します。'
    },
    {
      en: `Such a record is deleted ${days} days after the outcome of its call became known. While the outcome is not known it is kept, ` +
        'until the operator has found out. What was spent of each total is kept without an end, with the issuer, the subject and the ' +
        'client.',
      ja: `この記録は、呼び出しの結果が確定してから ${days} 日後に削除します。結果が不明な呼び出しの記録は、運用者が確認するまで残します。` +
        '合計ごとの使用額は、発行者、sub、クライアントと共に期限なく保存します。'
    }
  ]
}
