import { Emitter } from './emitter.js';
import { MAX_EARLY_CANDIDATES } from './limits.js';
import type { ClientMessage, WireCandidate } from './messages.js';
import { randomId } from './random-id.js';

/** Why a stream ended. */
export type StreamEnd = 'local' | 'remote' | 'aborted' | 'replaced' | 'failed' | 'disconnected';

export interface StreamEvents {
  /** The ICE state changed. */
  state: [RTCIceConnectionState];
  /** Received media has arrived or changed. Only received streams emit this. */
  media: [MediaStream];
  /** An offer/answer exchange is complete; sources may need to be attached again. */
  negotiated: [];
  /**
   * The server asked an own stream to renegotiate, and it did not come back: publish the media again with `replace`.
   * Without that, the stream stays as it is, or ends as `failed` if its answer was refused.
   */
  lost: [];
  /** Something went wrong; the stream may live on. */
  error: [unknown];
  /** The stream is over. Emitted exactly once. */
  end: [StreamEnd];
}

/** What a stream needs of its connection. */
export interface StreamPort {
  /** False if nothing can be sent any more. */
  send(message: ClientMessage): boolean;
  peerConnection(): RTCPeerConnection;
  /** The stream has ended and must be forgotten. */
  forget(stream: Stream): void;
  /** Own client id and user name, for messages that carry them. */
  identity(): { source: string; username: string };
  /** As Platform.restartsDtls. */
  restartsDtls(): boolean;
}

/** One peer connection: what up and down streams have in common. */
export abstract class Stream extends Emitter<StreamEvents> {
  /** Global identifier, chosen by the publisher. */
  readonly id: string;
  /** Survives replacement: of two streams that replaced one another both have the same. */
  readonly localId: string;
  readonly pc: RTCPeerConnection;
  protected readonly port: StreamPort;
  #ended = false;
  #described = false;
  #remoteKnown = false;
  #work: Promise<void> = Promise.resolve();
  readonly #localCandidates: RTCIceCandidate[] = [];
  readonly #remoteCandidates: WireCandidate[] = [];

  protected constructor(port: StreamPort, id: string, localId?: string) {
    super();
    this.port = port;
    this.id = id;
    this.localId = localId ?? randomId();
    this.pc = port.peerConnection();
    this.pc.onicecandidate = (event) => {
      if (event.candidate) this.#sendCandidate(event.candidate);
    };
    this.pc.oniceconnectionstatechange = () => {
      if (this.#ended) return;
      this.emit('state', this.pc.iceConnectionState);
      if (this.pc.iceConnectionState === 'failed') this.iceFailed();
    };
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Adds a candidate from the server, now or once the remote description is known. */
  addRemoteCandidate(candidate: WireCandidate): void {
    if (this.#ended) return;
    if (this.#remoteKnown) {
      void this.#applyCandidate(candidate);
    } else if (this.#remoteCandidates.length < MAX_EARLY_CANDIDATES) {
      this.#remoteCandidates.push(candidate);
    }
  }

  /** Ends the stream here, without a word to the server. */
  dispose(reason: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.pc.onicecandidate = null;
    this.pc.oniceconnectionstatechange = null;
    this.pc.ontrack = null;
    this.pc.close();
    this.port.forget(this);
    this.emit('end', reason);
  }

  protected abstract iceFailed(): void;

  /** Runs negotiation steps one after another, so that no two descriptions overlap. */
  protected enqueue(task: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#ended) return;
      try {
        await task();
      } catch (error) {
        if (!this.#ended) this.emit('error', error);
      }
    });
  }

  /** A description is about to be made: candidates must not overtake it. */
  protected descriptionPending(): void {
    this.#described = false;
  }

  /** Our description has been sent: candidates may follow it. */
  protected descriptionSent(): void {
    this.#described = true;
    for (const candidate of this.#localCandidates.splice(0)) this.#sendCandidate(candidate);
  }

  /** The server's description is in place: its candidates can be added. */
  protected async remoteDescriptionSet(): Promise<void> {
    this.#remoteKnown = true;
    for (const candidate of this.#remoteCandidates.splice(0)) await this.#applyCandidate(candidate);
  }

  #sendCandidate(candidate: RTCIceCandidate): void {
    if (!this.#described) {
      this.#localCandidates.push(candidate);
      return;
    }
    const { candidate: line, sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    this.port.send({
      type: 'ice',
      id: this.id,
      candidate: { candidate: line, sdpMid, sdpMLineIndex, usernameFragment },
    });
  }

  async #applyCandidate(candidate: WireCandidate): Promise<void> {
    try {
      await this.pc.addIceCandidate(candidate);
    } catch {
      // A candidate this browser cannot use (an old generation, an unknown type) is no reason to give up.
    }
  }
}
