/** Reads submitted forms: which element they are joined to, and the request that their fields make. */
import type { Body } from '../contract/options.ts';

/** The request that a submitted form makes. */
export interface Submission {
  /** The form's fields as an object, or as FormData if there are files. `null` if the fields are in the query. */
  readonly body: Body | null;
  /** The fields for the query of the URL. */
  readonly query: readonly (readonly [string, string])[];
  /** The URL in the form's `action`. */
  readonly action: string | null;
  /** Equal for submissions with the same URL and fields. */
  readonly key: string;
}

/** The `submit` events that elements have handled, and their fields: a form may be joined to several elements. */
const handled = new WeakMap<Event, FormData>();

/** Whether the page, and not an element, has handled a submission. */
export function isHandledByPage(event: Event): boolean {
  return event.defaultPrevented && !handled.has(event);
}

/** Whether a form is joined to an element: by the element's `for`, or without it by the `target` of the button or form. */
export function isJoined(
  element: HTMLElement,
  { target, submitter }: Pick<SubmitEvent, 'target' | 'submitter'>,
): boolean {
  const form = target as HTMLFormElement;
  // A button that closes its dialog submits nothing.
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
 * Reads a submission, and keeps the browser from sending it. The browser still closes the dialog of a form with the
 * method `dialog`, and sends nothing then. If the method of the element, the button or the form, in this order, is
 * `get`, the fields go into the query; otherwise, and by default, into the body.
 */
export function takeOverSubmission(event: SubmitEvent, ownMethod: string | null): Submission {
  const { submitter } = event;
  const form = event.target as HTMLFormElement;
  if (!closesDialog(form, 'method')) event.preventDefault();
  // The fields of a form do not include disabled controls.
  busy.get(form)?.enable();
  const method = ownMethod ?? submitter?.getAttribute('formmethod') ?? attribute(form, 'method');
  const isQuery = method?.toLowerCase() === 'get';
  const data = handled.get(event) ?? dataOf(form, submitter);
  handled.set(event, data);
  const hasFiles = [...data.values()].some((value) => typeof value !== 'string');
  const action = submitter?.getAttribute('formaction') ?? attribute(form, 'action');
  return {
    body: isQuery ? null : hasFiles ? data : fieldsOf(data),
    query: isQuery
      ? Array.from(data, ([name, value]) => [name, typeof value === 'string' ? value : value.name] as const)
      : [],
    action,
    // An empty file field has a new, empty `File` each time.
    key: JSON.stringify([action, ...data], (_, value: unknown) =>
      value instanceof File ? value.size && [value.name, value.size, value.lastModified] : value,
    ),
  };
}

/** The fields of a form, including the button that submitted it. */
function dataOf(form: HTMLFormElement, submitter: HTMLElement | null): FormData {
  let data: FormData;
  try {
    data = new FormData(form, submitter);
  } catch {
    // A library may name as submitter an element, such as a custom one, that the browser does not accept as a button.
    data = new FormData(form);
  }
  const { name, value = '', type } = (submitter ?? {}) as Partial<HTMLInputElement>;
  // Browsers released before 2023 omit the button.
  if (name && type !== 'image' && !data.has(name)) data.append(name, value);
  return data;
}

/** Whether submitting this form, or with this button, closes a dialog. */
function closesDialog(element: Element | null, name: 'method' | 'formmethod'): boolean {
  return element !== null && attribute(element, name)?.toLowerCase() === 'dialog';
}

/** Reads an attribute of a form, whose own property of this name a field with the same name may hide. */
function attribute(form: Element, name: string): string | null {
  return Element.prototype.getAttribute.call(form, name);
}

/** A form's fields as an object. Several fields with the same name become an array. */
function fieldsOf(data: FormData): Record<string, unknown> {
  return Object.fromEntries(
    Array.from(data.keys(), (name) => {
      const values = data.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

/** The forms whose controls are disabled: the elements whose answers they wait for, and how to enable the controls. */
const busy = new WeakMap<
  HTMLFormElement,
  { readonly elements: Set<HTMLElement>; readonly enable: () => void }
>();

/**
 * Disables a form's controls with `data-busy`; if the form itself has `data-busy`, also its submit buttons. They may be
 * anywhere in the page.
 *
 * @returns A function that enables them again, unless the form waits for the answer of another element
 */
export function disableForm(form: HTMLFormElement, element: HTMLElement): () => void {
  const elements = (busy.get(form)?.elements ?? new Set()).add(element);
  busy.set(form, { elements, enable: disableControls(form) });
  return () => {
    elements.delete(element);
    if (!elements.size) busy.get(form)!.enable();
  };
}

/** @returns A function that enables the controls again, and restores the focus that disabling removed */
function disableControls(form: HTMLFormElement): () => void {
  const isFormBusy = attribute(form, 'data-busy') !== null;
  const root = Node.prototype.getRootNode.call(form) as Document | ShadowRoot;
  const all = root.querySelectorAll<HTMLButtonElement>('[data-busy]:not(form), button, input');
  const controls = [...all].filter(
    (control) =>
      (control.form ?? control.closest('form')) === form &&
      !control.disabled &&
      (control.matches('[data-busy]') || (isFormBusy && /^(submit|image)$/.test(control.type))),
  );
  const focused = controls.find((control) => control.contains(root.activeElement)) && root.activeElement;
  for (const control of controls) control.disabled = true;
  return () => {
    for (const control of controls) control.disabled = false;
    const { activeElement } = root;
    if (!activeElement || activeElement === document.body) (focused as HTMLElement | undefined)?.focus();
  };
}

/** Adds fields to the query of a URL, in place of its parameters with the same names. */
export function withQuery(input: string, base: string, query: Submission['query']): string {
  if (!query.length) return input;
  const url = new URL(input, base);
  for (const [name] of query) url.searchParams.delete(name);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url.href;
}
