// Details types as an upstream file declares them, in few words, for tests of src/proxy.

import type { DetailsTypeDeclaration, MemberDeclaration, ValueKind } from '../../src/config/upstream/details-type-schema.ts'
import { declaredType, type DeclaredType } from '../../src/proxy/limits/declared-type.ts'

const words = (text: string) => ({ title: { en: text }, description: { en: `${text}.` } })

export function member (given: Partial<MemberDeclaration> & Pick<MemberDeclaration, 'limit'>): MemberDeclaration {
  return { required: false, remedy: true, ...words('Limit'), ...given }
}

export function declare (declaration: Pick<DetailsTypeDeclaration, 'values' | 'members'>) {
  return declaredType('thing', { whenAbsent: 'deny', ...words('Things'), ...declaration })
}

/** The type `thing`: a value `v` with the member `limit`, beside a text `other` with the required member `other`. */
export function typeWith (kind: ValueKind, limit: MemberDeclaration): DeclaredType {
  const values = { ...(JSON.stringify(limit.of)?.includes('"v"') === true ? { v: kind } : {}), other: 'text' } as const
  const members = { other: member({ limit: 'oneOf', of: 'other', required: true, ...words('Other') }), limit }
  const made = declare({ values, members })
  if (!made.ok) throw new Error(made.error.map(({ path, message }) => `${path}: ${message}`).join('; '))
  return made.value
}
