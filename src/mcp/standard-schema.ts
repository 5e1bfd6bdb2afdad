// Standard Schema and Standard JSON Schema as structural types: zod, Valibot, ArkType and others have this shape. The types of
// one library would tie a host to that library's exact version (https://standardschema.dev).

/** @see https://standardschema.dev/schema */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    /** For inference only; absent at run time. */
    readonly types?: { readonly input: Input, readonly output: Output } | undefined
    /** @see https://standardschema.dev/json-schema */
    readonly jsonSchema?: JsonSchemaConverter | undefined
  }
}

type StandardResult<Output> =
  | { readonly value: Output, readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

export interface JsonSchemaConverter {
  /** Of what is passed in. Throws where JSON Schema has no such type. */
  readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
  /** Of what comes out. */
  readonly output: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
}

/**
 * JSON Schema of an object; draft 2020-12 where `$schema` is absent.
 * @example input: { ...imported, type: 'object' } // of a JSON file, where TypeScript sees a `string`
 */
export interface PlainJsonSchema {
  readonly type: 'object'
  readonly [keyword: string]: unknown
}

/** What `input` and `output` of a tool may be: a schema of objects. */
export type ObjectSchema = StandardSchema<unknown, object> | PlainJsonSchema

/** The type of a value that has been checked. Plain JSON Schema has no type: its members are `unknown`. */
export type CheckedValue<Schema> = Schema extends StandardSchema<unknown, infer Output> ? Output : Readonly<Record<string, unknown>>

/** The type of a value before it is checked, which is what a tool returns. */
export type UncheckedValue<Schema> = Schema extends StandardSchema<infer Input extends object, object> ? Input : object
