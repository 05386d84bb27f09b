import { randomId } from './random-id.js';
import { Stream, type StreamPort } from './stream.js';

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

/** A stream this client publishes. It is the offerer for the whole life of the stream. */
export class UpStream extends Stream {
  readonly label: string;
  readonly media: MediaStream;
  #replace: UpStream | undefined;
  #offered = false;
  #awaitingAnswer = false;
  #pending: 'no' | 'offer' | 'restart' = 'no';

  constructor(port: StreamPort, options: PublishOptions) {
    super(port, randomId(), options.replace?.localId);
    this.label = options.label;
    this.media = options.media;
    this.#replace = options.replace;
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
      try {
        await this.pc.setRemoteDescription({ type: 'answer', sdp });
      } catch (error) {
        this.emit('error', error);
        this.port.send({ type: 'close', id: this.id });
        this.dispose('failed');
        return;
      }
      this.#awaitingAnswer = false;
      await this.remoteDescriptionSet();
      this.emit('negotiated');
      const pending = this.#pending;
      this.#pending = 'no';
      if (pending !== 'no') this.negotiate(pending);
    });
  }

  /** @internal The server refuses or ends the stream. */
  handleAbort(): void {
    this.port.send({ type: 'close', id: this.id });
    this.dispose('aborted');
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
