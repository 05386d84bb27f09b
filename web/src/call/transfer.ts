import { randomId, type JsonObject } from '@halcyon/protocol';
import { signal } from '@preact/signals';

export type TransferState = 'offered' | 'connecting' | 'transferring' | 'done' | 'cancelled';

export interface TransferOptions {
  id?: string;
  peerId: string;
  peerName: string;
  fileName: string;
  size: number;
  mimeType: string;
  /** Present on the sending side. */
  file?: File;
  peerConnection: () => RTCPeerConnection;
  /** Sends a message to the peer; false if it cannot be sent. */
  signal: (value: JsonObject) => boolean;
}

const VERSION = ['1'];
/** Larger messages do not get through between all browsers. */
const CHUNK_BYTES = 16_384;
const BUFFER_BYTES = 65_536;
/** Parts are merged into one blob, which browsers keep on disk, at this count. */
const MERGE_PARTS = 256;

/** One file on its way from one browser to another over a data channel. */
export class Transfer {
  readonly id: string;
  readonly peerId: string;
  readonly peerName: string;
  readonly fileName: string;
  readonly size: number;
  readonly outgoing: boolean;
  readonly state = signal<TransferState>('offered');
  readonly bytes = signal(0);
  readonly reason = signal('');
  readonly #options: TransferOptions;
  #pc: RTCPeerConnection | undefined;
  #channel: RTCDataChannel | undefined;
  #parts: BlobPart[] = [];
  #remoteKnown = false;
  readonly #early: RTCIceCandidateInit[] = [];
  /** Called with the complete file on the receiving side. */
  onFile: (file: Blob, name: string) => void = () => undefined;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.id = options.id ?? randomId();
    this.peerId = options.peerId;
    this.peerName = options.peerName;
    this.fileName = options.fileName;
    this.size = options.size;
    this.outgoing = options.file !== undefined;
  }

  get over(): boolean {
    return this.state.value === 'done' || this.state.value === 'cancelled';
  }

  /** Sender: offers the file. */
  invite(): void {
    const { fileName: name, size, mimeType: mimetype } = this.#options;
    this.#tell({ type: 'invite', version: VERSION, id: this.id, name, size, mimetype });
  }

  /** Receiver: takes the file, which tells the peer one's network address. */
  async accept(): Promise<void> {
    if (this.state.value !== 'offered' || this.outgoing) return;
    this.state.value = 'connecting';
    const pc = this.#connect();
    const channel = pc.createDataChannel('file');
    this.#channel = channel;
    this.#receiveOver(channel);
    try {
      const offer = await pc.createOffer();
      await pc.setLocalDescription(offer);
      this.#tell({ type: 'offer', version: VERSION, id: this.id, sdp: offer.sdp ?? '' });
    } catch (error) {
      this.cancel(String(error));
    }
  }

  /** Either side: gives up and tells the peer. */
  cancel(reason = ''): void {
    if (this.over) return;
    this.#tell({ type: 'cancel', id: this.id, ...(reason ? { message: reason } : {}) });
    this.#finish('cancelled', reason);
  }

  /** The peer has left. */
  peerGone(reason: string): void {
    if (!this.over) this.#finish('cancelled', reason);
  }

  /** A message of the peer about this transfer. */
  async handle(value: JsonObject): Promise<void> {
    if (this.over) return;
    const { type, sdp, candidate } = value;
    try {
      if (type === 'offer' && this.outgoing && typeof sdp === 'string') await this.#answer(sdp);
      else if (type === 'answer' && !this.outgoing && typeof sdp === 'string') {
        await this.#pc?.setRemoteDescription({ type: 'answer', sdp });
        await this.#remoteSet();
      } else if (type === 'ice') await this.#candidate(candidate);
      else if (type === 'cancel') {
        this.#finish('cancelled', typeof value['message'] === 'string' ? value['message'] : '');
      }
    } catch (error) {
      this.cancel(String(error));
    }
  }

  async #answer(sdp: string): Promise<void> {
    if (this.#pc) return;
    this.state.value = 'connecting';
    const pc = this.#connect();
    pc.ondatachannel = (event) => {
      if (this.#channel) return;
      this.#channel = event.channel;
      void this.#sendOver(event.channel);
    };
    await pc.setRemoteDescription({ type: 'offer', sdp });
    await this.#remoteSet();
    const answer = await pc.createAnswer();
    await pc.setLocalDescription(answer);
    this.#tell({ type: 'answer', id: this.id, sdp: answer.sdp ?? '' });
  }

  #connect(): RTCPeerConnection {
    const pc = this.#options.peerConnection();
    this.#pc = pc;
    pc.onicecandidate = (event) => {
      this.#tell({ type: 'ice', id: this.id, candidate: event.candidate?.toJSON() ?? null });
    };
    pc.oniceconnectionstatechange = () => {
      if (pc.iceConnectionState === 'failed') this.cancel('connection failed');
    };
    return pc;
  }

  async #candidate(value: unknown): Promise<void> {
    if (typeof value !== 'object' || value === null) return;
    if (this.#remoteKnown) await this.#pc?.addIceCandidate(value);
    else if (this.#early.length < 64) this.#early.push(value);
  }

  async #remoteSet(): Promise<void> {
    this.#remoteKnown = true;
    for (const candidate of this.#early.splice(0)) await this.#pc?.addIceCandidate(candidate);
  }

  async #sendOver(channel: RTCDataChannel): Promise<void> {
    const { file } = this.#options;
    if (!file) return;
    channel.bufferedAmountLowThreshold = CHUNK_BYTES;
    channel.onmessage = (event) => {
      if (event.data === 'done') this.#finish('done');
    };
    channel.onclose = () => {
      this.cancel('closed');
    };
    this.state.value = 'transferring';
    try {
      for (let start = 0; start < file.size && !this.over; start += CHUNK_BYTES) {
        const chunk = await file.slice(start, start + CHUNK_BYTES).arrayBuffer();
        if (channel.bufferedAmount > BUFFER_BYTES) await drained(channel);
        if (this.over) return;
        channel.send(chunk);
        this.bytes.value = Math.min(file.size, start + CHUNK_BYTES);
      }
    } catch (error) {
      this.cancel(String(error));
    }
  }

  #receiveOver(channel: RTCDataChannel): void {
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => {
      this.state.value = 'transferring';
      if (this.size === 0) this.#complete(channel);
    };
    channel.onmessage = (event: MessageEvent<unknown>) => {
      if (!(event.data instanceof ArrayBuffer) || this.over) return;
      this.#parts.push(event.data);
      this.bytes.value += event.data.byteLength;
      if (this.#parts.length >= MERGE_PARTS) this.#parts = [new Blob(this.#parts)];
      if (this.bytes.value > this.size) this.cancel('more data than announced');
      else if (this.bytes.value === this.size) this.#complete(channel);
    };
    channel.onclose = () => {
      if (this.state.value !== 'done') this.cancel('closed');
    };
  }

  #complete(channel: RTCDataChannel): void {
    channel.send('done');
    const file = new Blob(this.#parts, { type: this.#options.mimeType });
    this.#parts = [];
    this.state.value = 'done';
    this.onFile(file, this.fileName);
    // The sender closes on reading `done`; if it does not, this side must not wait for ever.
    setTimeout(() => {
      this.#pc?.close();
    }, 2000);
  }

  #finish(state: 'done' | 'cancelled', reason = ''): void {
    this.state.value = state;
    this.reason.value = reason;
    this.#parts = [];
    this.#pc?.close();
  }

  #tell(value: JsonObject): void {
    if (!this.#options.signal(value) && !this.#pc) this.#finish('cancelled', 'not connected');
  }
}

function drained(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      channel.onbufferedamountlow = null;
      channel.removeEventListener('close', go);
      resolve();
    };
    channel.onbufferedamountlow = go;
    channel.addEventListener('close', go);
  });
}
