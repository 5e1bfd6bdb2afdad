// The length of access tokens. No standard limits it: a JWT of Entra ID with 150 groups has about 11,000 characters.

export const DEFAULT_TOKEN_CHARACTERS = 16_384
/** The largest limit that can be configured. */
export const MAX_TOKEN_CHARACTERS = 65_536

/** For all headers of a request but the token: the default of node:http for all of them. */
export const OTHER_HEADERS_BYTES = 16_384
