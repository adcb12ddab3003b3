import {
  disableForm,
  isHandledByPage,
  isJoined,
  isSecondClick,
  takeOverSubmission,
  type Submission,
} from './forms.ts';

/** The forms whose submissions an element answers. */
export interface JoinedForms {
  /** Listens in the element's current document or shadow root, which `submit` events do not leave. */
  connect(): void;
  disconnect(): void;
  /** Enables the form's controls that were disabled while the answer arrived. */
  enable(): void;
}

/**
 * Joins an element to its forms.
 *
 * @param isAnswering Whether an answer is arriving
 * @param onSubmission Called with each submission of a joined form
 */
export function joinForms(
  host: HTMLElement & { readonly method: string | null },
  isAnswering: () => boolean,
  onSubmission: (submission: Submission) => void,
): JoinedForms {
  let root: Node | undefined;
  let release: (() => void) | undefined;

  function enable(): void {
    release?.();
    release = undefined;
  }

  /** Ignores the second click of a double click, which would submit other fields if the page has reset the form. */
  function onClick(event: Event): void {
    if (isAnswering() && isSecondClick(host, event as MouseEvent)) event.preventDefault();
  }

  function onSubmit(submitted: Event): void {
    const event = submitted as SubmitEvent;
    if (isHandledByPage(event) || !isJoined(host, event)) return;
    enable();
    onSubmission(takeOverSubmission(event, host.method));
    release = disableForm(event.target as HTMLFormElement, host);
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
