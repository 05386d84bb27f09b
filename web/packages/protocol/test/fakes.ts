import type { ClientMessage, Platform, SocketLike } from '../src/index.js';

/** Lets queued promise callbacks run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

export class FakeSocket implements SocketLike {
  readyState = 0;
  readonly url: string;
  readonly sent: ClientMessage[] = [];
  closedWith: number | undefined;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientMessage);
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({} as Event);
  }

  receive(message: unknown): void {
    this.receiveText(JSON.stringify(message));
  }

  receiveText(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent);
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' } as CloseEvent);
  }

  /** Messages sent since the last call. */
  take(): ClientMessage[] {
    return this.sent.splice(0);
  }
}

/** Takes encodings with its transceiver, unless it is as an old Firefox. */
export class FakeSender {
  readonly track: MediaStreamTrack;
  /** What `setParameters` was called with. */
  readonly set: RTCRtpSendParameters[] = [];
  refuse = false;
  #encodings: RTCRtpEncodingParameters[];

  constructor(track: MediaStreamTrack, encodings: RTCRtpEncodingParameters[]) {
    this.track = track;
    this.#encodings = encodings;
  }

  getParameters(): RTCRtpSendParameters {
    const encodings = this.#encodings.map((encoding) => ({ ...encoding }));
    return { encodings, transactionId: 't', codecs: [], headerExtensions: [], rtcp: {} };
  }

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map());
  }

  setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    this.set.push(parameters);
    if (this.refuse) return Promise.reject(new Error('refused'));
    this.#encodings = parameters.encodings;
    return Promise.resolve();
  }
}

interface FakeTransceiver {
  track: MediaStreamTrack;
  init: RTCRtpTransceiverInit;
  sender: FakeSender;
}

export class FakePeerConnection {
  readonly configuration: RTCConfiguration;
  readonly transceivers: FakeTransceiver[] = [];
  readonly candidates: unknown[] = [];
  readonly log: string[] = [];
  localDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: RTCSessionDescriptionInit | null = null;
  iceConnectionState: RTCIceConnectionState = 'new';
  refuseRemote = false;
  closed = false;
  restarts = 0;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: { streams: MediaStream[] }) => void) | null = null;
  #offers = 0;

  constructor(configuration: RTCConfiguration) {
    this.configuration = configuration;
  }

  /** As Firefox before 110 does. */
  ignoresEncodings = false;

  addTransceiver(track: MediaStreamTrack, init: RTCRtpTransceiverInit): FakeTransceiver {
    const encodings = this.ignoresEncodings ? [] : (init.sendEncodings ?? [{}]);
    const transceiver = { track, init, sender: new FakeSender(track, encodings) };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    this.#offers += 1;
    return Promise.resolve({ type: 'offer', sdp: `offer ${String(this.#offers)}` });
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({
      type: 'answer',
      sdp: `answer to ${this.remoteDescription?.sdp ?? 'nothing'}`,
    });
  }

  setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.localDescription = description;
    this.log.push(`local ${description.type}`);
    // Browsers may report candidates before the caller has had a chance to send the description.
    this.onicecandidate?.({
      candidate: {
        candidate: 'candidate:1',
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: 'u',
      },
    });
    return Promise.resolve();
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    if (this.refuseRemote) return Promise.reject(new Error('unusable description'));
    this.remoteDescription = description;
    this.log.push(`remote ${description.type}`);
    return Promise.resolve();
  }

  addIceCandidate(candidate: unknown): Promise<void> {
    this.candidates.push(candidate);
    return Promise.resolve();
  }

  /** Statistics to report. */
  stats: Record<string, unknown>[] = [];
  signalingState = 'stable';

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map(this.stats.map((report, index) => [String(index), report])));
  }

  getSenders(): FakeSender[] {
    return this.transceivers.map(({ sender }) => sender);
  }

  getReceivers(): unknown[] {
    return [{ track: { kind: 'audio' }, getStats: () => this.getStats() }];
  }

  restartIce(): void {
    this.restarts += 1;
  }

  close(): void {
    this.closed = true;
  }

  changeIce(state: RTCIceConnectionState): void {
    this.iceConnectionState = state;
    this.oniceconnectionstatechange?.();
  }
}

export class FakePlatform implements Platform {
  readonly sockets: FakeSocket[] = [];
  readonly peers: FakePeerConnection[] = [];
  refuseRemote = false;
  ignoresEncodings = false;
  dtlsRestarts = true;

  restartsDtls(): boolean {
    return this.dtlsRestarts;
  }

  webSocket(url: string): FakeSocket {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  }

  peerConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const peer = new FakePeerConnection(configuration);
    peer.refuseRemote = this.refuseRemote;
    peer.ignoresEncodings = this.ignoresEncodings;
    this.peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  }
}

/** A media stream with one track per given kind. */
export function fakeMedia(...kinds: ('audio' | 'video')[]): MediaStream {
  const tracks = kinds.map((kind) => ({ kind, stop: () => undefined }));
  return { getTracks: () => tracks } as unknown as MediaStream;
}
