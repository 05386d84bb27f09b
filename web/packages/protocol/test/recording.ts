import { readdirSync, readFileSync } from 'node:fs';
import { ServerConnection, type ClientMessage, type UpStream } from '../src/index.js';
import { fakeMedia, FakePlatform, settle, type FakeSocket } from './fakes.js';

type Action = [method: string, ...args: unknown[]];
type Step = { do: Action } | { out: ClientMessage } | { in: ClientMessage } | { closed: number };

/** An exchange with real servers, as tests/protocol/record_exchanges.mjs has written it down. */
export interface Recording {
  id: string;
  steps: Step[];
  end: Record<string, unknown>;
}

const folder = new URL('exchanges/', import.meta.url);

export const recordings: [name: string, recording: Recording][] = readdirSync(folder).map((file) => [
  file.replace('.json', ''),
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recording,
]);

/** What is compared: the rest is the browser's own business, and differs from one run to the next. */
function comparable(message: ClientMessage, ids: Map<string, string>): string {
  const id = typeof message['id'] === 'string' ? (ids.get(message['id']) ?? message['id']) : undefined;
  const sdp = typeof message['sdp'] === 'string' ? 'v=0' : undefined;
  const replace = typeof message['replace'] === 'string' ? (ids.get(message['replace']) ?? message['replace']) : undefined;
  const entries = Object.entries({ ...message, id, sdp, replace }).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b))));
}

/** Plays the server's and the application's part of a recording to the library. */
export class Replay {
  readonly platform = new FakePlatform();
  readonly connection: ServerConnection;
  readonly dropped: string[] = [];
  /** What the recording says was sent and was not, and the reverse. */
  readonly missing: string[] = [];
  #sent: string[] = [];
  readonly #recording: Recording;
  /** Stream ids of the recording for those of this run. */
  readonly #recorded = new Map<string, string>();
  readonly #streams = new Map<unknown, UpStream>();

  constructor(recording: Recording) {
    this.#recording = recording;
    this.connection = new ServerConnection(this.platform, recording.id);
    this.connection.on('dropped', (reason, detail) => this.dropped.push(`${reason} ${detail}`));
  }

  async run(): Promise<void> {
    const opened = this.connection.connect('wss://meet.example.org/ws');
    const socket = this.platform.sockets[0];
    if (!socket) throw new Error('no socket was opened');
    socket.open();
    for (const step of this.#recording.steps) {
      if ('in' in step) socket.receive(this.#own(step.in));
      else if ('closed' in step) socket.drop(step.closed);
      else if ('do' in step) this.#perform(step.do);
      await settle();
      this.#collect(socket);
      if ('out' in step && step.out.type !== 'ice') this.#expect(step.out);
    }
    await opened;
    this.missing.push(...this.#sent.map((message) => `not recorded: ${message}`));
  }

  /** Candidates are left aside: how many a browser finds is not ours to say. */
  #collect(socket: FakeSocket): void {
    for (const message of socket.take()) {
      if (message.type !== 'ice') this.#sent.push(comparable(message, this.#recorded));
    }
  }

  #expect(message: ClientMessage): void {
    const wanted = comparable(message, new Map());
    const index = this.#sent.indexOf(wanted);
    if (index < 0) this.missing.push(`not sent: ${wanted}`);
    else this.#sent.splice(index, 1);
  }

  /** A message of the recording, about the streams of this run. */
  #own(message: ClientMessage): unknown {
    let text = JSON.stringify(message);
    for (const [own, recorded] of this.#recorded) text = text.replaceAll(recorded, own);
    return JSON.parse(text);
  }

  #perform([method, ...args]: Action): void {
    const { connection } = this;
    if (method === 'publish') this.#publish(args);
    else if (method === 'up') this.#call(this.#streams.get(args[0]), args[1], []);
    else if (method === 'down') this.#call([...connection.downStreams.values()][0], args[0], args.slice(1));
    else if (method === 'refuseRemote') this.platform.refuseRemote = args[0] === true;
    else this.#call(connection, method, args);
  }

  #publish([name, label, replace]: unknown[]): void {
    const options = { label: String(label), media: fakeMedia('audio'), replace: this.#streams.get(replace) };
    const stream = this.connection.publish(options);
    this.#streams.set(name, stream);
    const offers = this.#recording.steps.flatMap((step) =>
      'out' in step && step.out.type === 'offer' && step.out['kind'] === '' ? [step.out] : [],
    );
    const recorded = offers[this.#streams.size - 1]?.['id'];
    if (typeof recorded === 'string') this.#recorded.set(stream.id, recorded);
  }

  #call(target: object | undefined, method: unknown, args: unknown[]): void {
    const run: unknown = target && Reflect.get(target, String(method));
    if (typeof run !== 'function') throw new Error(`the recording wants ${String(method)}, which is not there`);
    Reflect.apply(run, target, args);
  }
}
