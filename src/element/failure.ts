/** Shows that an answer failed, with the page's template or a text of its own. A `data-retry` in it calls `retry`. */
export function showFailure(
  element: HTMLElement,
  template: HTMLTemplateElement | null,
  retry: () => void,
): void {
  const notice = document.createElement('div');
  notice.setAttribute('data-teleprinter-failure', '');
  notice.setAttribute('role', 'alert');
  if (template) notice.append(template.content.cloneNode(true));
  else {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.retry = '';
    button.textContent = 'Try again';
    notice.append('The answer broke off. ', button);
  }
  notice.querySelector('[data-retry]')?.addEventListener('click', retry);
  element.append(notice);
}

/** Removes what `showFailure` has shown. */
export function hideFailure(element: HTMLElement): void {
  element.querySelector('[data-teleprinter-failure]')?.remove();
}
