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
