/** The part of a browser WebSocket that is used; tests supply a fake. */
export interface SocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
}

/** WebSocket.OPEN, named here so that no global WebSocket is needed. */
export const SOCKET_OPEN = 1;

/** What the library needs from its surroundings. */
export interface Platform {
  webSocket(url: string): SocketLike;
  peerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  /**
   * Whether a peer connection survives an answer with another certificate than before, as it comes after the server
   * has moved a stream. Firefox does not do another DTLS handshake (RFC 8842, section 4).
   */
  restartsDtls?(): boolean;
}

/** The browser's own implementation. */
export const browserPlatform: Platform = {
  webSocket: (url) => new WebSocket(url),
  peerConnection: (configuration) => new RTCPeerConnection(configuration),
  restartsDtls: () => !/firefox/i.test(navigator.userAgent),
};
