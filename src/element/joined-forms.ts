import {
  disableForm,
  isHandledByPage,
  isJoined,
  isSecondClick,
  takeSubmission,
  type Submission,
} from './forms.ts';

/** The forms that an element answers. */
export interface JoinedForms {
  /** Listens in the document or shadow root that the element is in now: a submission does not leave that. */
  connect(): void;
  disconnect(): void;
  /** Enables again what was disabled while the answer came. */
  enable(): void;
}

/**
 * Joins an element to its forms.
 *
 * @param isAnswering Whether an answer is arriving
 * @param ask Called with each submission
 */
export function joinForms(
  host: HTMLElement & { readonly method: string | null },
  isAnswering: () => boolean,
  ask: (submission: Submission) => void,
): JoinedForms {
  let root: Node | undefined;
  let enableForm: (() => void) | undefined;

  function enable(): void {
    enableForm?.();
    enableForm = undefined;
  }

  /** Of a double click the second is none, also where the page has emptied the form after the first. */
  function onClick(event: Event): void {
    if (isAnswering() && isSecondClick(host, event as MouseEvent)) event.preventDefault();
  }

  function onSubmit(submitted: Event): void {
    const event = submitted as SubmitEvent;
    if (isHandledByPage(event) || !isJoined(host, event)) return;
    // A control that is disabled is not among the fields.
    enable();
    ask(takeSubmission(event, host.method));
    enableForm = disableForm(event.target as HTMLFormElement);
  }

  return {
    connect() {
      root = host.getRootNode();
      root.addEventListener('submit', onSubmit);
      root.addEventListener('click', onClick);
    },
    disconnect() {
      root?.removeEventListener('submit', onSubmit);
      root?.removeEventListener('click', onClick);
    },
    enable,
  };
}
