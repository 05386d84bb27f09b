/** Removes the listener it was returned for; calling it again does nothing. */
export type Unsubscribe = () => void;

type Listener<A extends unknown[]> = (...args: A) => void;

/** A typed event source. Listeners run synchronously, in order of registration. */
export class Emitter<Events extends { [K in keyof Events]: unknown[] }> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never[]>>>();

  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): Unsubscribe {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known);
    known.add(listener as unknown as Listener<never[]>);
    return () => known.delete(listener as unknown as Listener<never[]>);
  }

  protected emit<K extends keyof Events>(event: K, ...args: Events[K]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      (listener as unknown as Listener<Events[K]>)(...args);
    }
  }
}
