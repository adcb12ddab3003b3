/** The state that CSS selects by `tele-printer:state(streaming)`. */
type MainState = 'idle' | 'streaming' | 'done' | 'failed';

/** An element's states for CSS and assistive technology. Not attributes, which hydration would report as mismatches. */
export class States {
  readonly #internals: ElementInternals | undefined;
  #main: MainState = 'idle';

  constructor(host: HTMLElement) {
    this.#internals = host.attachInternals?.();
    this.#toggle('idle', true);
  }

  get main(): MainState {
    return this.#main;
  }
  set main(state: MainState) {
    this.#toggle(this.#main, false);
    this.#toggle(state, true);
    this.#main = state;
    if (this.#internals) this.#internals.ariaBusy = String(state === 'streaming');
  }

  /** Whether the end of the scroller is in sight: `:state(end-in-sight)`. */
  set isEndInSight(isInSight: boolean) {
    this.#toggle('end-in-sight', isInSight);
  }

  #toggle(name: string, isOn: boolean): void {
    const states = this.#internals?.states;
    if (!states) return;
    // Browsers released before 2024 require two dashes before the name.
    const dashed = `--${name}`;
    states.delete(name);
    states.delete(dashed);
    if (!isOn) return;
    try {
      states.add(name);
    } catch {
      states.add(dashed);
    }
  }
}
