/** How often silence is looked at. */
export const CHECK_INTERVAL_MS = 10_000;
/** Silence after which a ping is sent. */
export const PING_AFTER_MS = 15_000;
/** Silence after which the server is taken for dead. */
export const DEAD_AFTER_MS = 65_000;
/** A server that is asked out of turn has this long to say something. */
export const PROBE_MS = 5_000;

export interface LivenessActions {
  ping(): void;
  dead(): void;
}

/**
 * Watches for a silent server: a ping after 15 s without a message, the end after 65 s, or at the first check (10 s)
 * if nothing has ever arrived.
 */
export class Liveness {
  readonly #actions: LivenessActions;
  readonly #now: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #probe: ReturnType<typeof setTimeout> | undefined;
  #lastMessage: number | undefined;

  constructor(actions: LivenessActions, now: () => number = Date.now) {
    this.#actions = actions;
    this.#now = now;
  }

  start(): void {
    this.stop();
    this.#lastMessage = undefined;
    this.#timer = setInterval(() => {
      this.#check();
    }, CHECK_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    clearTimeout(this.#probe);
    this.#probe = undefined;
  }

  /** Pings now; any message within five seconds proves life. */
  probe(): void {
    if (this.#probe !== undefined || this.#timer === undefined) return;
    this.#actions.ping();
    this.#probe = setTimeout(() => {
      this.stop();
      this.#actions.dead();
    }, PROBE_MS);
  }

  /** A message has arrived. */
  heard(): void {
    this.#lastMessage = this.#now();
    clearTimeout(this.#probe);
    this.#probe = undefined;
  }

  #check(): void {
    const silence = this.#lastMessage === undefined ? Infinity : this.#now() - this.#lastMessage;
    if (silence > DEAD_AFTER_MS) {
      this.stop();
      this.#actions.dead();
    } else if (silence >= PING_AFTER_MS) {
      this.#actions.ping();
    }
  }
}
