/** What makes a class look and behave like an interface of the DOM. */

/**
 * Gives a class what interfaces have: its name, its constants, and members that are enumerable, which those
 * of a class are not. https://webidl.spec.whatwg.org/#interface-prototype-object
 */
export function defineInterface(
  Class: { readonly prototype: object },
  name: string,
  constants: Readonly<Record<string, number>>,
  members: readonly string[],
): void {
  const { prototype } = Class;
  for (const target of [Class, prototype]) {
    for (const [constant, value] of Object.entries(constants))
      Object.defineProperty(target, constant, { value, enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  Object.defineProperty(Class, 'name', { value: name, configurable: true });
  for (const member of members) Object.defineProperty(prototype, member, { enumerable: true });
}

/** An event handler, such as `onopen`. */
export type Handler = ((event: Event) => unknown) | null;

/** Event handlers of a target, by the types of their events. */
interface Handlers {
  get(type: string): Handler;
  /** Anything but a function removes the handler. */
  set(type: string, value: unknown): void;
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes */
export function createHandlers(target: EventTarget): Handlers {
  const handlers = new Map<string, Handler>();
  const handle = (event: Event): void => void handlers.get(event.type)?.call(target, event);
  return {
    get: (type) => handlers.get(type) ?? null,
    set(type, value) {
      const handler = typeof value === 'function' ? (value as Handler) : null;
      const isActive = handlers.get(type);
      handlers.set(type, handler);
      if (handler && !isActive) target.addEventListener(type, handle);
      if (!handler) target.removeEventListener(type, handle);
    },
  };
}
