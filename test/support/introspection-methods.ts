// An introspection verifier that authenticates in the configured way, in front of a stub that signs its replies.

export const TOKEN = 'an-opaque-token'
