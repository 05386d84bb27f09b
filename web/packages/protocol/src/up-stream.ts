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

function hasEncodings(sender: RTCRtpSender): boolean {
  // Absent in older browsers, whatever the type says.
  const { encodings } = sender.getParameters() as Partial<RTCRtpSendParameters>;
  return encodings !== undefined && encodings.length > 0;
}

/** A stream this client publishes. It is the offerer for the whole life of the stream. */
export class UpStream extends Stream {
  readonly label: string;
  readonly media: MediaStream;
  /** The stream that the server is to drop when it reads our first offer. */
  #replace: UpStream | undefined;
  /** Senders that must be told their encodings once more. */
  readonly #untold: [RTCRtpSender, RTCRtpEncodingParameters[]][] = [];
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
    if (options.replace) this.#replace = options.replace.succeed();
    for (const track of options.media.getTracks()) {
      const sendEncodings = options.encodings?.(track);
      const { sender } = this.pc.addTransceiver(track, {
        direction: 'sendonly',
        streams: [options.media],
        ...(sendEncodings ? { sendEncodings } : {}),
      });
      if (sendEncodings && !hasEncodings(sender)) this.#untold.push([sender, sendEncodings]);
    }
    this.negotiate('offer');
  }

  /** Ends the stream for everybody. Its tracks are left to the caller. */
  close(): void {
    if (this.ended) return;
    if (this.#offered) this.port.send({ type: 'close', id: this.id });
    // What it was about to replace has no successor any more.
    this.#replace?.close();
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

  /**
   * Another stream takes the place of this one. Returns which stream the server is to drop for it: this one, or, if the
   * server has not heard of this one yet, the one that it was to replace itself.
   */
  private succeed(): UpStream | undefined {
    this.#hasSuccessor = true;
    if (this.#offered) return this;
    const earlier = this.#replace;
    this.#replace = undefined;
    this.dispose('replaced');
    return earlier;
  }

  /** Tells senders their encodings whose browser has not taken them with the transceiver (Firefox before 110). */
  private async tellEncodings(): Promise<void> {
    for (const [sender, encodings] of this.#untold.splice(0)) {
      try {
        await sender.setParameters({ ...sender.getParameters(), encodings });
      } catch {
        // The browser's own choice is a stream, too.
      }
    }
  }

  /** Sends an offer, or remembers to: two offers without an answer in between would break the server's state. */
  private negotiate(kind: 'offer' | 'restart'): void {
    this.enqueue(async () => {
      if (this.#awaitingAnswer) {
        if (this.#pending !== 'restart') this.#pending = kind;
        return;
      }
      if (this.#untold.length > 0) await this.tellEncodings();
      if (kind === 'restart') this.pc.restartIce();
      try {
        await this.offer();
      } catch (error) {
        // What has never been offered never will be; what has, may live on.
        if (this.#offered || this.ended) throw error;
        this.emit('error', error);
        this.#replace?.close();
        this.dispose('failed');
      }
    });
  }

  private async offer(): Promise<void> {
    const offer = await this.pc.createOffer();
    this.descriptionPending();
    await this.pc.setLocalDescription(offer);
    if (this.ended) return;
    this.sendOffer(this.pc.localDescription?.sdp ?? offer.sdp ?? '');
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
