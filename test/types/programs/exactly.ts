/** Whether two types are the same one, `any` being none but itself. */
export type Exact<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `exactly<Expected>()(value)` compiles where the value has that type, and no other. */
export const exactly =
  <Expected>() =>
  <Actual>(
    value: Actual,
    ...wrong: Exact<Actual, Expected> extends true ? [] : [expected: Expected]
  ): void => {
    void [value, wrong];
  };

/** The methods that linters do not let a program use without their object (`typescript-eslint/unbound-method`). */
export type UnboundMethods<T> = {
  [Name in keyof T]: T[Name] extends (...values: never[]) => unknown
    ? unknown extends ThisParameterType<T[Name]>
      ? Name
      : never
    : never;
}[keyof T];
