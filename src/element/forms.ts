import type { Body } from '../contract/options.ts';

/** What a submitted form asks for. */
export interface Submission {
  /** The form's fields: an object, or FormData where there are files among them. */
  readonly body: Body;
  /** The form's address. */
  readonly action: string | null;
  /** Two with the same key ask for the same. */
  readonly key: string;
}

/** Whether a form is joined to an element: by the element's `for`, or else by the form's `target`. */
export function isJoined(element: HTMLElement, form: HTMLFormElement): boolean {
  const formId = element.getAttribute('for');
  if (formId) return attribute(form, 'id') === formId;
  return element.id !== '' && attribute(form, 'target') === element.id;
}

/** What a submit event asks for. */
export function readSubmission({ target, submitter }: SubmitEvent): Submission {
  const form = target as HTMLFormElement;
  const data = new FormData(form, submitter);
  const entries = [...data];
  const isFile = (value: FormDataEntryValue): value is File => typeof value !== 'string';
  const action = submitter?.getAttribute('formaction') ?? attribute(form, 'action');
  return {
    body: entries.some(([, value]) => isFile(value)) ? data : fieldsOf(data),
    action,
    // A field without a file has a new one each time.
    key: JSON.stringify([
      action,
      entries.map(([name, value]) => [
        name,
        isFile(value) ? value.size && [value.name, value.size, value.lastModified] : value,
      ]),
    ]),
  };
}

/** A form's fields are properties of it, and hide others of the same name. */
function attribute(form: HTMLFormElement, name: string): string | null {
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

const SUBMITS = 'button:not([type=button], [type=reset]), input:is([type=submit], [type=image])';

/**
 * Disables a form's controls that have `data-busy`, or its submit buttons where the form itself has it. Gives a
 * function that enables them again, and gives the focus back to the one that had it.
 */
export function disableForm(form: HTMLFormElement): () => void {
  const selector = attribute(form, 'data-busy') === null ? '[data-busy]' : `${SUBMITS}, [data-busy]`;
  const controls = Array.from(
    Element.prototype.querySelectorAll.call(form, selector) as NodeListOf<HTMLButtonElement>,
  ).filter(({ disabled }) => !disabled);
  const root = form.getRootNode() as Document | ShadowRoot;
  const focused = controls.find((control) => control.contains(root.activeElement)) && root.activeElement;
  for (const control of controls) control.disabled = true;
  return () => {
    for (const control of controls) control.disabled = false;
    const { activeElement } = root;
    if (!activeElement || activeElement === document.body) (focused as HTMLElement | undefined)?.focus();
  };
}
