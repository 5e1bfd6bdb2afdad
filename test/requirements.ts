// What must be true, and who says so? A test that shows one of these names it with covers().

export const requirements = {
  // configuration
  'configuration.details-absent-denied-by-default': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'A configuration that does not say otherwise denies what needs authorization details to a token without any'
  },
  'configuration.insecure-issuer-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-2',
    behaviour: 'An authorization server off loopback is reached over https, unless the operator names it as an exception'
  },
  'configuration.local-profile-stays-local': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-2.6',
    behaviour: 'A configuration meant for practice does not serve other machines unless told to'
  },
  'configuration.placeholder-secret-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1',
    behaviour: 'A client secret that was never filled in refuses to start'
  },

  // policy
  'policy.authentication-level': {
    source: 'https://www.rfc-editor.org/rfc/rfc9470#section-5',
    behaviour: 'An acr or an authentication time that is missing, other or too old does not suffice where a tool asks for one'
  },
  'policy.challenge-names-every-scope': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#runtime-insufficient-scope-errors',
    behaviour: 'A denial for scope names every scope that the operation needs, those the token has included'
  },
  'policy.check-order': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Scope is checked before the authentication level, and that before the authorization details'
  },
  'policy.details-absent-as-configured': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'A token without authorization details is allowed or denied as configuration says'
  },
  'policy.details-authlete-form': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'Members inside otherFields count as if they stood in the element; a contradiction between the two denies'
  },
  'policy.details-elements-are-alternatives': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'Each element is judged whole, in order; the limits of two are never merged'
  },
  'policy.details-limits-enforced': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9.2',
    behaviour: 'actions, maxAmount, currency, ticketIds, locations and validUntil each deny a call they do not cover'
  },
  'policy.details-unreadable-denies': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'Authorization details that are not understood whole deny, whatever absence would mean'
  },
  'policy.failing-check-denies': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html',
    behaviour: 'An exception inside a check is a denial'
  },
  'policy.fresh-answer-after-arrival': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A tool that insists on a fresh answer is never run on one asked for before the request arrived'
  },
  'policy.reference-stable': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Equal details give equal references, which cannot be computed without the key'
  },
  'policy.remedy-suffices': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'The details of a remedy, once granted, allow the very call that was refused, and nothing dearer'
  },
  'policy.scope-hierarchy': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'A broader scope stands for those it implies; without configuration none does'
  },
  'policy.types-metadata': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Each authorization details type is published with a JSON Schema that refuses unknown members'
  }
} as const satisfies Record<string, { source: string, behaviour: string }>
