import { describe, expect, it } from 'vitest';
import { explainRefusal, isUsableName } from '../src/call/refusal';

describe('a refusal', () => {
  it.each([
    ['not authorised', 'password', /check the name, the password/i],
    ['not authorised', 'token', /invitation was not accepted/i],
    ['not authorised', 'token-name', /invitation was not accepted/i],
    ['this group is locked', 'password', /ask an operator/i],
    ['this group is not open yet', 'password', /try again later/i],
    ['there are no operators in this group', 'password', /no operator is here/i],
    ['too many users', 'password', /full/i],
    ['internal server error', 'password', /tell whoever runs it/i],
    [undefined, 'password', /not let in/i],
    ['Back at noon', 'password', /Back at noon/],
  ] as const)('with "%s" for kind %s is explained', (text, kind, explanation) => {
    expect(explainRefusal(text, kind)).toMatch(explanation);
  });
});

describe('a name', () => {
  it.each(['', 'jch@work', 'Alice c/o Bob', '.a', 'a/.b', '...', 'Ünal 😀'])('"%s" can be used', (name) => {
    expect(isUsableName(name)).toBe(true);
  });

  it.each(['.', '..', 'a/', '/a', 'a//b', 'a/./b', '../x', 'a\\b'])('"%s" cannot be used', (name) => {
    expect(isUsableName(name)).toBe(false);
  });
});
