import { isObject, type JsonObject } from '@halcyon/protocol';
import { refusalOf } from './server-refusal';

export interface StatsTrack {
  sid: number;
  maxSid: number;
  tid: number;
  maxTid: number;
  /** Bit/s. */
  bitrate: number;
  maxBitrate: number;
  /** 0 to 1. */
  loss: number;
  /** Milliseconds. */
  rtt: number;
  jitter: number;
}

export interface StatsConnection {
  id: string;
  tracks: StatsTrack[];
}

export interface StatsClient {
  id: string;
  up: StatsConnection[];
  down: StatsConnection[];
}

export interface StatsGroup {
  name: string;
  clients: StatsClient[];
}

function list<T>(value: unknown, read: (object: JsonObject) => T): T[] {
  return Array.isArray(value) ? value.filter(isObject).map(read) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function readTrack(object: JsonObject): StatsTrack {
  return {
    sid: number(object['sid']),
    maxSid: number(object['maxSid']),
    tid: number(object['tid']),
    maxTid: number(object['maxTid']),
    bitrate: number(object['bitrate']),
    maxBitrate: number(object['maxBitrate']),
    loss: number(object['loss']),
    rtt: number(object['rtt']),
    jitter: number(object['jitter']),
  };
}

function readConnection(object: JsonObject): StatsConnection {
  return { id: text(object['id']), tracks: list(object['tracks'], readTrack) };
}

function readClient(object: JsonObject): StatsClient {
  return {
    id: text(object['id']),
    up: list(object['up'], readConnection),
    down: list(object['down'], readConnection),
  };
}

/** The server's statistics, whatever is no object left out. */
export function readStats(value: unknown): StatsGroup[] {
  return list(value, (object) => ({
    name: text(object['name']),
    clients: list(object['clients'], readClient),
  }));
}

function layers(track: StatsTrack): string {
  const parts = [];
  if (track.sid || track.maxSid) parts.push(`s${String(track.sid)}/${String(track.maxSid)}`);
  if (track.tid || track.maxTid) parts.push(`t${String(track.tid)}/${String(track.maxTid)}`);
  return parts.join('+');
}

function kilobits(rate: number): string {
  return (rate / 1000).toFixed(0);
}

/** The cells of a track's row: layers, kbit/s, loss, delay. */
export function describeTrack(track: StatsTrack): [string, string, string, string] {
  const limit = track.maxBitrate ? `/${kilobits(track.maxBitrate)}` : '';
  const delay = [
    track.rtt ? `${track.rtt.toFixed(1)} ms` : '',
    track.jitter ? `±${track.jitter.toFixed(1)} ms` : '',
  ];
  return [
    layers(track),
    `${kilobits(track.bitrate)}${limit} kbit/s`,
    `${String(Math.round(track.loss * 100))} %`,
    delay.filter(Boolean).join(' '),
  ];
}

/** Asks the server; the browser asks the user for the administrator's password. */
export async function fetchStats(): Promise<StatsGroup[]> {
  const response = await fetch('/galene-api/v0/.stats');
  if (!response.ok) throw await refusalOf(response);
  return readStats(await response.json());
}
