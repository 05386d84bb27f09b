import { randomId } from './random-id.js';
import { Stream, type StreamEnd, type StreamPort } from './stream.js';

/** Chooses the encodings of a track; undefined leaves them to the browser. */
export type EncodingChoice = (track: MediaStreamTrack) => RTCRtpEncodingParameters[] | undefined;

export interface PublishOptions {
  /** `camera`, `screenshare`, `video`, or any other word receivers may ask for. */
  label: string;
  media: MediaStream;
  encodings?: EncodingChoice;
  /** An own stream that this one takes the place of. */
  replace?: UpStream;
}

/** How long after the server's `renegotiate` a stream may take to be connected again. */
export const RECOVERY_MS = 5_000;

function fingerprint(sdp: string): string | undefined {
  return /^a=fingerprint:(.*\S)/m.exec(sdp)?.[1]?.toLowerCase();
}

function isConnected(pc: RTCPeerConnection): boolean {
  // Covers DTLS too, where the browser knows it.
  if (typeof pc.connectionState === 'string') return pc.connectionState === 'connected';
  return pc.iceConnectionState === 'connected' || pc.iceConnectionState === 'completed';
}

/** A stream this client publishes. It is the offerer for the whole life of the stream. */
export class UpStream extends Stream {
  readonly label: string;
  readonly media: MediaStream;
  #replace: UpStream | undefined;
  #offered = false;
  #awaitingAnswer = false;
  #pending: 'no' | 'offer' | 'restart' = 'no';
  /** Another stream is about to take the place of this one. */
  #hasSuccessor = false;
  #recovery: ReturnType<typeof setTimeout> | undefined;
  /** The certificate in the latest answer. */
  #fingerprint: string | undefined;

  constructor(port: StreamPort, options: PublishOptions) {
    super(port, randomId(), options.replace?.localId);
    this.label = options.label;
    this.media = options.media;
    this.#replace = options.replace;
    if (options.replace) options.replace.#hasSuccessor = true;
    for (const track of options.media.getTracks()) {
      const sendEncodings = options.encodings?.(track);
      this.pc.addTransceiver(track, {
        direction: 'sendonly',
        streams: [options.media],
        ...(sendEncodings ? { sendEncodings } : {}),
      });
    }
    this.negotiate('offer');
  }

  /** Ends the stream for everybody. Its tracks are left to the caller. */
  close(): void {
    if (this.ended) return;
    this.port.send({ type: 'close', id: this.id });
    this.dispose('local');
  }

  /** Looks for new network paths, after a change of network or by hand. */
  restartIce(): void {
    this.negotiate('restart');
  }

  /** @internal The server's `answer`. */
  handleAnswer(sdp: string): void {
    this.enqueue(async () => {
      const known = this.#fingerprint;
      const moved = known !== undefined && known !== fingerprint(sdp);
      if (this.#hasSuccessor) return;
      if (moved && !this.port.restartsDtls()) {
        this.lost();
        return;
      }
      try {
        await this.pc.setRemoteDescription({ type: 'answer', sdp });
      } catch (error) {
        this.refused(error, moved);
        return;
      }
      this.#fingerprint = fingerprint(sdp);
      this.#awaitingAnswer = false;
      await this.remoteDescriptionSet();
      this.emit('negotiated');
      const pending = this.#pending;
      this.#pending = 'no';
      if (pending !== 'no') this.negotiate(pending);
    });
  }

  /** @internal The server asks for an ICE restart, perhaps because it has moved the stream. */
  handleRenegotiate(): void {
    this.restartIce();
    clearTimeout(this.#recovery);
    this.#recovery = setTimeout(() => {
      if (!this.ended && !isConnected(this.pc)) this.lost();
    }, RECOVERY_MS);
  }

  /** @internal The server refuses or ends the stream. */
  handleAbort(): void {
    this.port.send({ type: 'close', id: this.id });
    this.dispose('aborted');
  }

  override dispose(reason: StreamEnd): void {
    clearTimeout(this.#recovery);
    super.dispose(reason);
  }

  private lost(): void {
    if (!this.#hasSuccessor) this.emit('lost');
  }

  /** The answer could not be applied. After a move the application can still publish anew; else it is the end. */
  private refused(error: unknown, moved: boolean): void {
    if (moved) this.lost();
    if (this.#hasSuccessor) return;
    this.emit('error', error);
    this.port.send({ type: 'close', id: this.id });
    this.dispose('failed');
  }

  /** Sends an offer, or remembers to: two offers without an answer in between would break the server's state. */
  private negotiate(kind: 'offer' | 'restart'): void {
    this.enqueue(async () => {
      if (this.#awaitingAnswer) {
        if (this.#pending !== 'restart') this.#pending = kind;
        return;
      }
      if (kind === 'restart') this.pc.restartIce();
      const offer = await this.pc.createOffer();
      this.descriptionPending();
      await this.pc.setLocalDescription(offer);
      if (this.ended) return;
      this.sendOffer(this.pc.localDescription?.sdp ?? offer.sdp ?? '');
    });
  }

  private sendOffer(sdp: string): void {
    const replaced = this.#replace;
    this.#replace = undefined;
    this.#awaitingAnswer = true;
    this.port.send({
      type: 'offer',
      id: this.id,
      kind: this.#offered ? 'renegotiate' : '',
      label: this.label,
      ...(replaced ? { replace: replaced.id } : {}),
      ...this.port.identity(),
      sdp,
    });
    this.#offered = true;
    // The server drops the replaced stream on reading this offer; no close is due.
    replaced?.dispose('replaced');
    this.descriptionSent();
  }

  protected override iceFailed(): void {
    this.restartIce();
  }
}
