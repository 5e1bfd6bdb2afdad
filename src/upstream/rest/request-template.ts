// The template of one HTTP request: where each argument of a tool goes. A review makes it from an operation of an OpenAPI document, and the
// lock keeps it, so that a gateway in operation reads no document (https://spec.openapis.org/oas/v3.1.1.html#operation-object).

/** Methods with a body or without one; HEAD, OPTIONS and TRACE are no tools. */
export const TEMPLATE_METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'] as const
export type TemplateMethod = typeof TEMPLATE_METHODS[number]

/**
 * How a value is written. `value`: one text, number or boolean. Lists in a query: `repeat` is `a=1&a=2`, the others are one pair with
 * `,`, a blank or `|` between the items.
 * @see https://spec.openapis.org/oas/v3.1.1.html#style-values
 */
export const TEMPLATE_STYLES = ['value', 'repeat', 'comma', 'space', 'pipe'] as const
export type TemplateStyle = typeof TEMPLATE_STYLES[number]

export interface TemplateParameter {
  readonly in: 'path' | 'query' | 'header'
  /** At the server. */
  readonly name: string
  /** Where the value is in the arguments: `['id']`, or `['path', 'id']` where names of two places are alike. */
  readonly at: readonly string[]
  readonly style: TemplateStyle
  readonly required: boolean
}

/** Either a whole argument, or the members that are arguments of their own. */
export interface TemplateBody {
  readonly contentType: string
  readonly required: boolean
  /** Where the whole body is in the arguments. */
  readonly at?: readonly string[]
  /** Arguments at the top that are members of the body under the same name. */
  readonly members?: readonly string[]
}

export interface RequestTemplate {
  readonly method: TemplateMethod
  /** Below the address of the API, with `{name}` for each path parameter: `/orders/{id}`. */
  readonly path: string
  readonly parameters: readonly TemplateParameter[]
  readonly body?: TemplateBody
}
