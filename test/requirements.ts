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
  }
} as const satisfies Record<string, { source: string, behaviour: string }>
