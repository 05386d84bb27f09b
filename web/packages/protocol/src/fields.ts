import {
  MAX_DATA_KEYS,
  MAX_IDENTIFIER_LENGTH,
  MAX_LIST_LENGTH,
  MAX_NAME_LENGTH,
  MAX_TEXT_LENGTH,
} from './limits.js';
import type { Data } from './messages.js';

/** A field is missing, of a wrong type, or out of bounds. */
export class MalformedField extends Error {}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Typed access to the fields of one JSON object. A null counts as a missing field. */
export class Fields {
  readonly #object: JsonObject;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? (this.#object[name] ?? undefined) : undefined;
  }

  string(name: string, limit: number): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value.length > limit) throw new MalformedField(name);
    return value;
  }

  identifier(name: string): string | undefined {
    return this.string(name, MAX_IDENTIFIER_LENGTH);
  }

  name(name: string): string | undefined {
    return this.string(name, MAX_NAME_LENGTH);
  }

  text(name: string): string | undefined {
    return this.string(name, MAX_TEXT_LENGTH);
  }

  /** A non-empty identifier that must be there. */
  requiredId(name: string): string {
    const value = this.identifier(name);
    if (!value) throw new MalformedField(name);
    return value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new MalformedField(name);
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw new MalformedField(name);
    return value;
  }

  number(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new MalformedField(name);
    return value;
  }

  strings(name: string): string[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value) || value.length > MAX_LIST_LENGTH) throw new MalformedField(name);
    for (const entry of value) {
      if (typeof entry !== 'string' || entry.length > MAX_IDENTIFIER_LENGTH) {
        throw new MalformedField(name);
      }
    }
    return value as string[];
  }

  object(name: string): JsonObject | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw new MalformedField(name);
    return value;
  }

  data(name: string): Data | undefined {
    const value = this.object(name);
    if (value && Object.keys(value).length > MAX_DATA_KEYS) throw new MalformedField(name);
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.raw(name);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new MalformedField(name);
    return found;
  }
}
