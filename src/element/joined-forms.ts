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
  let enableForm: (() => void) | undefined;

  function enable(): void {
    enableForm?.();
    enableForm = undefined;
  }

  /** Ignores the second click of a double click, which would submit other fields if the page has reset the form. */
  function onClick(event: Event): void {
    if (isAnswering() && isSecondClick(host, event as MouseEvent)) event.preventDefault();
  }

  function onSubmit(submitted: Event): void {
    const event = submitted as SubmitEvent;
    if (isHandledByPage(event) || !isJoined(host, event)) return;
    // The fields of a form do not include disabled controls.
    enable();
    onSubmission(takeOverSubmission(event, host.method));
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
