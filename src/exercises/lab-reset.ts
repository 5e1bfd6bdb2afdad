// Resets the lab of the practice server over its JSON interface: every switch off, and every token issued until now revoked.

/** @param teacherSecret undefined on loopback @throws Error where the lab does not answer 200 */
export async function resetLab (issuer: string, teacherSecret: string | undefined): Promise<void> {
  const authorization = teacherSecret === undefined
    ? {}
    : { authorization: `Basic ${Buffer.from(`teacher:${teacherSecret}`).toString('base64')}` }
  for (const [method, path, body] of [['DELETE', '/lab/switches', undefined], ['PUT', '/lab/switches/revoked', '{"for":"all"}']] as const) {
    const response = await fetch(issuer + path, {
      method, headers: { ...authorization, 'content-type': 'application/json' }, signal: AbortSignal.timeout(5000), ...(body && { body })
    })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`${method} ${path} answered ${response.status}`)
  }
}
