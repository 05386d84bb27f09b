// What a message must look like: every key named and no other, values equal or satisfying a predicate.

import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';

const kind = Symbol('kind');

/// The key may be missing; if it is there, it has this shape.
export const optional = (shape) => ({ [kind]: 'optional', shape });

/// The object may have more keys than these.
export const partial = (shape) => ({ [kind]: 'partial', shape });

export const text = (value) => typeof value === 'string' && value.length > 0;
export const anything = (value) => value !== undefined;

/// RFC 3339 with whole seconds and a zone.
export const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;

/// The same members in any order.
export const setOf = (...members) => (value) =>
  Array.isArray(value) && isDeepStrictEqual([...value].sort(), [...members].sort());

/// The path to the first place where `actual` differs from `shape`, or undefined.
export function difference(actual, shape, path = '') {
  if (typeof shape === 'function') return shape(actual) ? undefined : path || '.';
  if (shape instanceof RegExp) {
    return typeof actual === 'string' && shape.test(actual) ? undefined : path || '.';
  }
  if (shape?.[kind] === 'optional') {
    return actual === undefined ? undefined : difference(actual, shape.shape, path);
  }
  const isPartial = shape?.[kind] === 'partial';
  if (isPartial) shape = shape.shape;
  if (Array.isArray(shape)) {
    if (!Array.isArray(actual) || actual.length !== shape.length) return path || '.';
    return firstOf(shape.keys(), (index) => difference(actual[index], shape[index], `${path}[${index}]`));
  }
  if (shape !== null && typeof shape === 'object') {
    if (actual === null || typeof actual !== 'object' || Array.isArray(actual)) return path || '.';
    const keys = new Set([...Object.keys(shape), ...(isPartial ? [] : Object.keys(actual))]);
    return firstOf(keys, (key) => difference(actual[key], shape[key], `${path}.${key}`));
  }
  return Object.is(actual, shape) ? undefined : path || '.';
}

function firstOf(items, find) {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function printable(shape) {
  if (typeof shape === 'function') return `<${shape.name || 'predicate'}>`;
  if (shape instanceof RegExp) return String(shape);
  if (shape?.[kind]) return { [`<${shape[kind]}>`]: printable(shape.shape) };
  if (Array.isArray(shape)) return shape.map(printable);
  if (shape !== null && typeof shape === 'object') {
    return Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, printable(value)]));
  }
  return shape;
}

/// Throws unless `actual` has the shape; the error names the first difference.
export function assertShape(actual, shape, what = 'message') {
  const path = difference(actual, shape);
  if (path === undefined) return actual;
  throw new AssertionError({
    message: `${what} differs at ${path}\n  is      ${JSON.stringify(actual)}\n  must be ${JSON.stringify(printable(shape))}`,
    stackStartFn: assertShape,
  });
}

/// Throws unless the lists correspond one to one, in order.
export function assertShapes(actual, shapes, what = 'messages') {
  for (let index = 0; index < Math.max(actual.length, shapes.length); index += 1) {
    if (index >= shapes.length || index >= actual.length) {
      throw new AssertionError({
        message: `${what}: ${actual.length} came, ${shapes.length} were due\n  came ${JSON.stringify(actual)}\n  due  ${JSON.stringify(
          shapes.map(printable),
        )}`,
        stackStartFn: assertShapes,
      });
    }
    assertShape(actual[index], shapes[index], `${what}[${index}]`);
  }
}
