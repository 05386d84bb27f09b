import { describe, expect, it } from 'vitest';
import { groupAddress, groupFromInput, groupInAddress } from '../src/pages/group-address';

describe('the address of a group', () => {
  it.each([
    ['team', '/group/team/'],
    ['maths/algebra', '/group/maths/algebra/'],
    ['what? #1 100%', '/group/what%3F%20%231%20100%25/'],
    ['Ärzte', '/group/%C3%84rzte/'],
  ])('of "%s" is %s, and back', (name, address) => {
    expect(groupAddress(name)).toBe(address);
    expect(groupInAddress(address)).toBe(name);
  });

  it.each(['/', '/group/', '/stats', '/groups/x/'])('is not %s', (path) => {
    expect(groupInAddress(path)).toBeUndefined();
  });

  it('that is badly encoded is shown as it is', () => {
    expect(groupInAddress('/group/%zz/')).toBe('%zz');
  });
});

describe('what is written on the landing page', () => {
  const origin = 'https://meet.example.org:8443';

  it.each([
    ['  team ', 'team'],
    ['/maths/algebra/', 'maths/algebra'],
    [`${origin}/group/caf%C3%A9/`, 'café'],
    [`${origin}/group/maths/algebra?token=x#y`, 'maths/algebra'],
    ['/group/team/', 'team'],
    ['what? #1', 'what? #1'],
    ['https://elsewhere.example/group/team/', 'https://elsewhere.example/group/team'],
    ['   ', ''],
  ])('“%s” means the group “%s”', (text, group) => {
    expect(groupFromInput(text, origin)).toBe(group);
  });
});
