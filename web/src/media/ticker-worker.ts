/** A clock that goes on in a hidden page, whose own timers browsers slow down. Send it the period in milliseconds. */
self.onmessage = (event: MessageEvent<number>) => {
  setInterval(() => {
    self.postMessage(undefined);
  }, event.data);
};
