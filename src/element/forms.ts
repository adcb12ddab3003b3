import type { Body } from '../contract/options.ts';

/** What a submitted form asks for. */
export interface Submission {
  /** The form's fields: an object, or FormData where there are files among them. */
  readonly body: Body;
  /** The form's address. */
  readonly action: string | null;
}

/**
 * Takes a submit event away from the browser where its form is joined to this element: by the element's `for`, or
 * else by the form's `target`. Gives what the form asks for.
 */
export function takeSubmission(element: HTMLElement, event: SubmitEvent): Submission | undefined {
  const form = event.target as HTMLFormElement;
  const formId = element.getAttribute('for');
  const isJoined = formId
    ? form.id === formId
    : element.id !== '' && form.getAttribute('target') === element.id;
  if (!isJoined || event.defaultPrevented) return undefined;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const hasFiles = [...data.values()].some((value) => typeof value !== 'string');
  return {
    body: hasFiles ? data : fieldsOf(data),
    action: event.submitter?.getAttribute('formaction') ?? form.getAttribute('action'),
  };
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
