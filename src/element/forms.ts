import type { Body } from '../contract/options.ts';

/** What a submitted form asks for. */
export interface Submission {
  /** The form's fields: an object, or FormData where there are files among them. `null` where the address has them. */
  readonly body: Body | null;
  /** The fields that go into the query of the address. */
  readonly query: readonly (readonly [string, string])[];
  /** The form's address. */
  readonly action: string | null;
  /** Two with the same key ask for the same. */
  readonly key: string;
}

/** The submissions that elements have taken over, and their fields: a form may be joined to several elements. */
const taken = new WeakMap<Event, FormData>();

/** Whether the page has handled a submission itself. */
export function isHandledByPage(event: Event): boolean {
  return event.defaultPrevented && !taken.has(event);
}

/** Whether a form is joined to an element: by the element's `for`, or else by the form's `target`, or that of the button. */
export function isJoined(
  element: HTMLElement,
  { target, submitter }: Pick<SubmitEvent, 'target' | 'submitter'>,
): boolean {
  const form = target as HTMLFormElement;
  // A button that closes its dialog sends nothing.
  if (closesDialog(submitter, 'formmethod')) return false;
  const formId = element.getAttribute('for');
  if (formId) return attribute(form, 'id') === formId;
  return (
    element.id !== '' && (submitter?.getAttribute('formtarget') ?? attribute(form, 'target')) === element.id
  );
}

/** Whether a click is the second of a double click on a button that submits a form joined to an element. */
export function isSecondClick(element: HTMLElement, { detail, target }: MouseEvent): boolean {
  const submitter = detail > 1 && (target as Element).closest<HTMLButtonElement>('button, input');
  if (!submitter || !submitter.form || !/^(submit|image)$/.test(submitter.type)) return false;
  return isJoined(element, { target: submitter.form, submitter });
}

/**
 * Takes over a submission, and gives what it asks for. A dialog that the form closes is left to the browser, which sends
 * nothing then. Where the element, the button or the form has the method GET, the query has the fields;
 * a form that names no method has them sent as a body.
 */
export function takeSubmission(event: SubmitEvent, ownMethod: string | null): Submission {
  const { submitter } = event;
  const form = event.target as HTMLFormElement;
  if (!closesDialog(form, 'method')) event.preventDefault();
  const method = ownMethod ?? submitter?.getAttribute('formmethod') ?? attribute(form, 'method');
  const isQuery = method?.toLowerCase() === 'get';
  const data = taken.get(event) ?? dataOf(form, submitter);
  taken.set(event, data);
  const hasFiles = [...data.values()].some((value) => typeof value !== 'string');
  const action = submitter?.getAttribute('formaction') ?? attribute(form, 'action');
  return {
    body: isQuery ? null : hasFiles ? data : fieldsOf(data),
    query: isQuery
      ? Array.from(data, ([name, value]) => [name, typeof value === 'string' ? value : value.name] as const)
      : [],
    action,
    // A field without a file has a new one each time.
    key: JSON.stringify([action, ...data], (_, value: unknown) =>
      value instanceof File ? value.size && [value.name, value.size, value.lastModified] : value,
    ),
  };
}

/** The fields of a form, its button among them. */
function dataOf(form: HTMLFormElement, submitter: HTMLElement | null): FormData {
  let data: FormData;
  try {
    data = new FormData(form, submitter);
  } catch {
    // What a library takes for the button, such as a custom element, is none for the browser.
    data = new FormData(form);
  }
  const { name, value = '', type } = (submitter ?? {}) as Partial<HTMLInputElement>;
  // Browsers from before 2023 leave the button out.
  if (name && type !== 'image' && !data.has(name)) data.append(name, value);
  return data;
}

/** Whether a form, or its button, closes a dialog. */
function closesDialog(element: Element | null, name: 'method' | 'formmethod'): boolean {
  return element !== null && attribute(element, name)?.toLowerCase() === 'dialog';
}

/** A form's fields are properties of it, and hide others of the same name. */
function attribute(form: Element, name: string): string | null {
  return Element.prototype.getAttribute.call(form, name);
}

/** A form's fields as an object; of several with one name, all. */
function fieldsOf(data: FormData): Record<string, unknown> {
  return Object.fromEntries(
    Array.from(data.keys(), (name) => {
      const values = data.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

/**
 * Disables a form's controls that have `data-busy`, or its submit buttons where the form itself has it, wherever in the
 * page they are. Gives a function that enables them again, and gives the focus back to the one that had it.
 */
export function disableForm(form: HTMLFormElement): () => void {
  const isWhole = attribute(form, 'data-busy') !== null;
  const root = Node.prototype.getRootNode.call(form) as Document | ShadowRoot;
  const all = root.querySelectorAll<HTMLButtonElement>('[data-busy]:not(form), button, input');
  const controls = [...all].filter(
    (control) =>
      (control.form ?? control.closest('form')) === form &&
      !control.disabled &&
      (control.matches('[data-busy]') || (isWhole && /^(submit|image)$/.test(control.type))),
  );
  const focused = controls.find((control) => control.contains(root.activeElement)) && root.activeElement;
  for (const control of controls) control.disabled = true;
  return () => {
    for (const control of controls) control.disabled = false;
    const { activeElement } = root;
    if (!activeElement || activeElement === document.body) (focused as HTMLElement | undefined)?.focus();
  };
}

/** An address with these fields in its query, in place of those of the same names. */
export function withQuery(address: string, base: string, query: Submission['query']): string {
  if (!query.length) return address;
  const url = new URL(address, base);
  for (const [name] of query) url.searchParams.delete(name);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url.href;
}
