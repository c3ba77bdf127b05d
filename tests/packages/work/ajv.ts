import Ajv from "ajv/dist/2020";

export interface Question {
  readonly schema: object;
  readonly values: readonly unknown[];
}

/** What is wrong with each value by a schema, which ajv compiles to JavaScript. */
export function validate({ schema, values }: Question): unknown[] {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: "array", discriminator: true });
  ajv.addFormat("slug", /^[a-z0-9]+(-[a-z0-9]+)*$/);
  ajv.addKeyword({ keyword: "even", type: "number", validate: (_on: boolean, value: number) => value % 2 === 0 });
  const check = ajv.compile(schema);
  return structuredClone(values).map((value) => (check(value) ? { value } : { value, errors: check.errors }));
}

/** Why a schema is none. */
export function complaint(schema: object): string {
  try {
    new Ajv().compile(schema);
    return "it is one";
  } catch (error) {
    return String(error);
  }
}
