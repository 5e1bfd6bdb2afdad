// Fills the template of a request with the arguments of one call. Nothing is sent that the template does not name, and an argument that
// does not fit its place is a problem, never something to clean up.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { headerText, pathText, queryText } from './parameter-text.ts'
import type { RequestTemplate, TemplateBody, TemplateParameter } from './request-template.ts'

interface FilledRequest {
  readonly method: RequestTemplate['method']
  /** With the query; begins with the path of the API. */
  readonly path: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body: string | undefined
}

interface FillProblem {
  /** The argument. */
  readonly path: readonly string[]
  /** Never holds the value. */
  readonly message: string
}

export interface RequestFiller {
  readonly fill: (args: JsonObject) => Result<FilledRequest, readonly FillProblem[]>
  /** What is wrong with these arguments, without the body. */
  readonly problems: (args: JsonObject) => readonly FillProblem[]
}

/** Literal text, or the name of a path parameter. */
type Piece = { readonly literal: string } | { readonly parameter: string }

/** @param basePath the path of the API, without a slash at its end */
export function createRequestFiller (template: RequestTemplate, basePath: string): RequestFiller {
  const { method, parameters, body } = template
  const pieces = piecesOf(template.path)
  const others = parameters.filter(parameter => parameter.in !== 'path')
  const inPath = new Map(parameters.flatMap(parameter => parameter.in === 'path' ? [[parameter.name, parameter] as const] : []))

  function write (args: JsonObject, problems: FillProblem[]): { readonly path: string, readonly headers: readonly string[] } {
    const path = writePath(args, problems)
    const pairs: string[] = []
    const headers: string[] = []
    for (const parameter of others) {
      const text = textOf(parameter, args, problems)
      if (text === undefined || text === '') continue
      if (parameter.in === 'header') headers.push(parameter.name, text)
      else pairs.push(text)
    }
    return { path: `${basePath}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`, headers }
  }

  function writePath (args: JsonObject, problems: FillProblem[]): string {
    const before = problems.length
    let path = ''
    for (const piece of pieces) {
      if ('literal' in piece) path += piece.literal
      else {
        const parameter = inPath.get(piece.parameter)
        path += parameter === undefined ? '..' : textOf(parameter, args, problems) ?? ''
      }
    }
    // Two arguments within one segment, each of them harmless.
    if (problems.length === before && path.split('/').some(segment => segment === '.' || segment === '..')) {
      problems.push({ path: [], message: 'the arguments make a path that leaves its place' })
    }
    return path
  }

  return {
    problems (args) {
      const problems: FillProblem[] = []
      write(args, problems)
      return problems
    },
    fill (args) {
      const problems: FillProblem[] = []
      const { path, headers } = write(args, problems)
      const text = body === undefined ? undefined : bodyText(body, args)
      if (body?.required === true && text === undefined) problems.push({ path: body.at ?? [], message: 'must be given' })
      if (problems.length > 0) return err(problems)
      return ok({
        method,
        path,
        body: text,
        headers: text === undefined || body === undefined
          ? headers
          : [
              ...headers, 'content-type', body.contentType
            ]
      })
    }
  }
}

/** The literal parts of a path, and the names of its parameters. */
export function piecesOf (path: string): readonly Piece[] {
  return path.split(/\{([^{}]*)\}/).map((part, index): Piece => index % 2 === 0 ? { literal: part } : { parameter: part })
    .filter(piece => !('literal' in piece) || piece.literal !== '')
}

function textOf (parameter: TemplateParameter, args: JsonObject, problems: FillProblem[]): string | undefined {
  const { at, required, name, style } = parameter
  const value = valueAt(args, at)
  if (value === undefined) {
    if (required) problems.push({ path: at, message: 'must be given' })
    return undefined
  }
  const written = parameter.in === 'path' ? pathText(value) : parameter.in === 'query' ? queryText(name, value, style) : headerText(value)
  if (written.ok) return written.value
  problems.push({ path: at, message: written.error })
  return undefined
}

function bodyText ({ at, members = [], required }: TemplateBody, args: JsonObject): string | undefined {
  if (at !== undefined) {
    const value = valueAt(args, at)
    return value === undefined ? undefined : JSON.stringify(value)
  }
  const given = members.filter(name => Object.hasOwn(args, name))
  if (given.length === 0 && !required) return undefined
  return JSON.stringify(Object.fromEntries(given.map(name => [name, args[name]])))
}

function valueAt (args: JsonObject, at: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = args
  for (const name of at) value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return value
}
