import type { OfferMessage, Wanted } from './messages.js';
import { Stream, type StreamPort } from './stream.js';

/** A stream received from another member. */
export class DownStream extends Stream {
  /** The publisher's word for the stream: `camera`, `screenshare`, `video`, or empty. */
  readonly label: string;
  #source: string;
  #username: string;
  #media: MediaStream | undefined;

  constructor(port: StreamPort, offer: OfferMessage, localId?: string) {
    super(port, offer.id, localId);
    this.label = offer.label ?? '';
    this.#source = offer.source ?? '';
    this.#username = offer.username ?? '';
    this.pc.ontrack = (event) => {
      // A track without a stream cannot be attached to anything and is ignored.
      const media = event.streams[0];
      if (!media) return;
      this.#media = media;
      this.emit('media', media);
    };
  }

  /** Client id of the publisher. */
  get source(): string {
    return this.#source;
  }

  /** User name of the publisher; empty if anonymous. */
  get username(): string {
    return this.#username;
  }

  /** The media, once the first track has been announced. */
  get media(): MediaStream | undefined {
    return this.#media;
  }

  /** Asks for something else than the group-wide request says; null goes back to that. */
  request(wanted: Wanted[] | null): void {
    this.port.send({ type: 'requestStream', id: this.id, request: wanted });
  }

  /** Asks the server for an ICE restart. */
  renegotiate(): void {
    this.port.send({ type: 'renegotiate', id: this.id });
  }

  /** Refuses the stream; the server answers with `close`. A later evaluation may push it again. */
  abort(): void {
    this.port.send({ type: 'abort', id: this.id });
  }

  /** @internal The first or a further offer of the server. */
  handleOffer(offer: OfferMessage): void {
    if (offer.source) this.#source = offer.source;
    if (offer.username !== undefined) this.#username = offer.username;
    this.enqueue(async () => {
      try {
        await this.answer(offer.sdp);
      } catch (error) {
        if (this.ended) return;
        this.emit('error', error);
        this.abort();
      }
    });
  }

  private async answer(sdp: string): Promise<void> {
    await this.pc.setRemoteDescription({ type: 'offer', sdp });
    await this.remoteDescriptionSet();
    const answer = await this.pc.createAnswer();
    this.descriptionPending();
    await this.pc.setLocalDescription(answer);
    if (this.ended) return;
    this.port.send({
      type: 'answer',
      id: this.id,
      sdp: this.pc.localDescription?.sdp ?? answer.sdp ?? '',
    });
    this.descriptionSent();
    this.emit('negotiated');
  }

  protected override iceFailed(): void {
    this.renegotiate();
  }
}
