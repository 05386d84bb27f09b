type Settle = (refusal: string | undefined) => void;

/**
 * Finds out what becomes of messages that a server answers only when it refuses them. It deals with a client's messages
 * in their order and answers each ping by one pong, so an error between the pongs of two pings is the answer to what was
 * sent between these pings.
 */
export class RefusalWatch {
  /** What to do at the pong of each ping that is under way, in the order of the pings. */
  readonly #pongs: ((() => void) | undefined)[] = [];
  readonly #waiting = new Set<Settle>();
  #current: Settle | undefined;

  /** A ping is sent; `answered` is called at its pong. */
  pinged(answered?: () => void): void {
    this.#pongs.push(answered);
  }

  ponged(): void {
    this.#pongs.shift()?.();
  }

  /** An error of the server, in its words. */
  refused(text: string): void {
    if (this.#current) this.#settle(this.#current, text);
  }

  /** No answer will come any more: what is being watched counts as not refused. */
  ended(): void {
    for (const settle of [...this.#waiting]) this.#settle(settle, undefined);
    this.#pongs.length = 0;
  }

  /** Calls `ping`, `send` and `ping`; gives the server's words if it refuses what was sent. */
  async watch(ping: (answered: () => void) => void, send: () => void): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      ping(() => {
        this.#current = resolve;
      });
      send();
      ping(() => {
        this.#settle(resolve, undefined);
      });
    });
  }

  #settle(settle: Settle, refusal: string | undefined): void {
    if (this.#current === settle) this.#current = undefined;
    this.#waiting.delete(settle);
    settle(refusal);
  }
}
