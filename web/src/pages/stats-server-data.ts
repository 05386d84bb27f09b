import { isObject, type JsonObject } from '@halcyon/protocol';
import { refusalOf } from './server-refusal';

/** A media worker, as the server reports it. Rates are per second, totals since its start. */
export interface StatsWorker {
  name: string;
  isConnected: boolean;
  isDraining: boolean;
  restarts: number;
  /** Share of one core, 0 to 1. */
  load: number;
  residentBytes: number;
  transports: number;
  upTracks: number;
  downTracks: number;
  relays: number;
  packetsReceived: number;
  packetsSent: number;
  bitsReceived: number;
  bitsSent: number;
  /** Packets that receivers missed, and those of them that were sent again; totals. */
  missed: number;
  resent: number;
  handshakesWaiting: number;
  queuedBytes: number;
  /** By reason, the most frequent first. */
  drops: [string, number][];
}

export interface StatsServer {
  version: string;
  /** Seconds. */
  uptime: number;
  clients: number;
  upStreams: number;
  downStreams: number;
  webSockets: number;
  residentBytes: number;
  loginsRefused: number;
  workers: StatsWorker[];
}

const nothing: JsonObject = {};

function part(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : nothing;
}

function number(object: JsonObject, key: string): number {
  const value = object[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function text(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

function readDrops(drops: JsonObject): [string, number][] {
  return Object.keys(drops)
    .map((reason): [string, number] => [reason, number(drops, reason)])
    .sort(([, a], [, b]) => b - a);
}

function readWorker(object: JsonObject): StatsWorker {
  const rates = part(object, 'perSecond');
  const total = part(object, 'total');
  const queues = part(object, 'queues');
  return {
    name: text(object, 'name'),
    isConnected: object['connected'] === true,
    isDraining: object['draining'] === true,
    restarts: number(object, 'restarts'),
    load: number(object, 'load'),
    residentBytes: number(object, 'residentBytes'),
    transports: number(object, 'transports'),
    upTracks: number(object, 'upTracks'),
    downTracks: number(object, 'downTracks'),
    relays: number(object, 'relays'),
    packetsReceived: number(rates, 'packetsReceived'),
    packetsSent: number(rates, 'packetsSent'),
    bitsReceived: number(rates, 'bitsReceived'),
    bitsSent: number(rates, 'bitsSent'),
    missed: number(total, 'nackedByReceivers'),
    resent: number(total, 'retransmissions'),
    handshakesWaiting: number(queues, 'handshakes'),
    queuedBytes: number(queues, 'commandBytes') + number(queues, 'eventBytes'),
    drops: readDrops(part(object, 'drops')),
  };
}

/** Undefined when it is not what a server of this kind reports. */
export function readServer(value: unknown): StatsServer | undefined {
  if (!isObject(value) || !Array.isArray(value['workers'])) return undefined;
  const workers = value['workers'].filter(isObject).map(readWorker);
  workers.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return {
    version: text(value, 'version'),
    uptime: number(value, 'uptime'),
    clients: number(value, 'clients'),
    upStreams: number(value, 'upStreams'),
    downStreams: number(value, 'downStreams'),
    webSockets: number(part(value, 'process'), 'webSockets'),
    residentBytes: number(part(value, 'process'), 'residentBytes'),
    loginsRefused: number(part(value, 'signalling'), 'loginsRefused'),
    workers,
  };
}

/** Undefined from a server that has no workers to report; the page does without. */
export async function fetchServer(): Promise<StatsServer | undefined> {
  const response = await fetch('/galene-api/v0/.workers');
  if (response.ok) return readServer(await response.json());
  const refusal = await refusalOf(response);
  if (refusal.temporary) throw refusal;
  return undefined;
}
