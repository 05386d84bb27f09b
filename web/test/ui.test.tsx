import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakeSocket } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { listInvitations } from '../src/call/invitations';
import { setSetting } from '../src/settings/settings';
import { admit, startCall, stubBrowser, type CallFixture } from './call-fixture';

let fixture: CallFixture;
let call: Call;
let host: HTMLElement;

const find = <T extends HTMLElement>(id: string): T => {
  const element = host.querySelector<T>(`[data-testid=${id}]`);
  if (!element) throw new Error(`${id} is not shown`);
  return element;
};
const all = (id: string): HTMLElement[] => [...host.querySelectorAll<HTMLElement>(`[data-testid=${id}]`)];

function type(element: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  element.value = text;
  element.dispatchEvent(new Event('input', { bubbles: true }));
}

async function enter(): Promise<FakeSocket> {
  await act(() => {
    type(find('login-username'), 'ada');
    type(find('login-password'), 'secret');
  });
  await act(async () => {
    find('login-submit').click();
    await settle();
  });
  let socket: FakeSocket | undefined;
  await act(async () => {
    socket = await admit(fixture.platform, ['op', 'present', 'message', 'token']);
    socket.receive({ type: 'user', kind: 'add', id: 'b', username: 'bob', permissions: ['present'] });
    await settle();
  });
  if (!socket) throw new Error('not connected');
  return socket;
}

beforeEach(async () => {
  stubBrowser();
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {
        // Sizes never change here.
      }
      disconnect(): void {
        // Nothing was observed.
      }
    },
  );
  setSetting('username', '');
  const { App } = await import('../src/ui/app');
  fixture = await startCall();
  call = fixture.call;
  host = document.createElement('div');
  document.body.append(host);
  await act(() => {
    render(<App call={call} />, host);
  });
});

afterEach(async () => {
  await act(() => {
    call.leave();
    render(null, host);
  });
  host.remove();
  vi.unstubAllGlobals();
});

describe('the group page', () => {
  it('leads from the login box into the group and out again', async () => {
    const socket = await enter();
    expect(socket.sent.find((message) => message['kind'] === 'join')).toMatchObject({
      username: 'ada',
      password: 'secret',
    });
    expect(all('login-form')).toHaveLength(0);
    expect(all('user-entry').map((entry) => entry.dataset['username'])).toEqual(['ada', 'bob']);
    await act(() => {
      find('leave').click();
    });
    expect(find<HTMLInputElement>('login-username').value).toBe('ada');
    expect(find<HTMLInputElement>('login-password').value).toBe('');
  });

  it('shows chat as it comes, and markup as text', async () => {
    const socket = await enter();
    await act(() => {
      socket.receive({ type: 'chat', id: '1', source: 'b', username: 'bob', value: '<img src=x>' });
    });
    const [message] = all('chat-message');
    expect(message?.textContent).toContain('<img src=x>');
    expect(message?.querySelector('img')).toBeNull();
  });

  it('keeps refused text in the input', async () => {
    await enter();
    const input = find<HTMLTextAreaElement>('chat-input');
    await act(() => {
      type(input, '/nonsense');
    });
    await act(() => {
      find('chat-send').click();
    });
    expect(input.value).toBe('/nonsense');
    expect(all('toast-error')).toHaveLength(1);
  });

  it('calls back with the arrow keys what was written before, and keeps the draft', async () => {
    await enter();
    const input = find<HTMLTextAreaElement>('chat-input');
    const press = async (key: string): Promise<string> => {
      await act(() => {
        input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      });
      return input.value;
    };
    for (const text of ['/me waves', 'one\ntwo']) {
      await act(() => {
        type(input, text);
      });
      await press('Enter');
      expect(input.value).toBe('');
    }
    await act(() => {
      type(input, 'dra');
    });
    expect(await press('ArrowDown')).toBe('dra');
    expect(await press('ArrowUp')).toBe('one\ntwo');
    input.setSelectionRange(7, 7);
    expect(await press('ArrowUp')).toBe('one\ntwo');
    input.setSelectionRange(0, 0);
    expect(await press('ArrowUp')).toBe('/me waves');
    expect(await press('ArrowUp')).toBe('/me waves');
    await press('ArrowDown');
    input.setSelectionRange(7, 7);
    expect(await press('ArrowDown')).toBe('dra');
  });

  it('does not read out what was said before one came', async () => {
    const socket = await enter();
    const log = host.querySelector('[data-testid=chat] [role=log]');
    const say = async (type: string, id: string): Promise<string | null | undefined> => {
      await act(() => {
        socket.receive({ type, id, source: 'b', username: 'bob', value: id });
      });
      return log?.getAttribute('aria-live');
    };
    expect(await say('chathistory', '1')).toBe('off');
    expect(await say('chat', '2')).toBe('polite');
  });

  it('marks a private message that the server refused, and no other', async () => {
    const socket = await enter();
    const marked = (): string[] =>
      all('chat-message')
        .filter((message) => message.querySelector('.refused'))
        .map((message) => message.querySelector('.message-text')?.textContent ?? '');
    socket.take();
    for (const text of ['/msg bob one', '/msg bob two']) {
      await act(() => {
        type(find<HTMLTextAreaElement>('chat-input'), text);
      });
      await act(() => {
        find('chat-send').click();
      });
    }
    const kinds = socket.take().map((message) => message['value'] ?? message['type']);
    expect(kinds).toEqual(['ping', 'one', 'ping', 'ping', 'two', 'ping']);
    const error = { type: 'usermessage', kind: 'error', privileged: true, value: 'no such user' };
    await act(async () => {
      for (const message of [{ type: 'pong' }, { type: 'pong' }, { type: 'pong' }, error, { type: 'pong' }, error]) {
        socket.receive(message);
      }
      await settle();
    });
    expect(marked()).toEqual(['two']);
  });

  it('names every button', async () => {
    await enter();
    for (const button of host.querySelectorAll('button')) {
      const name = button.getAttribute('aria-label') ?? button.textContent;
      expect(name?.trim()).not.toBe('');
    }
  });
});

describe('a menu', () => {
  const press = (key: string): void => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  };

  it('is worked with the keyboard', async () => {
    await enter();
    const button = find('user-menu');
    await act(() => {
      button.click();
    });
    const labels: (string | null | undefined)[] = [document.activeElement?.textContent];
    press('ArrowDown');
    labels.push(document.activeElement?.textContent);
    press('ArrowUp');
    press('ArrowUp');
    labels.push(document.activeElement?.textContent);
    expect(labels).toEqual(['Private message', 'Send a file', 'Remove from the group']);
    await act(() => {
      press('Escape');
    });
    expect(host.querySelector('[role=menu]')).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it('sends what was chosen', async () => {
    const socket = await enter();
    socket.take();
    await act(() => {
      find('user-menu').click();
    });
    await act(() => {
      find('menu-mute').click();
    });
    expect(socket.take()).toMatchObject([{ type: 'usermessage', kind: 'mute', dest: 'b' }]);
  });
});

describe('what cannot be undone', () => {
  // jsdom has no modal dialogues.
  beforeEach(() => {
    HTMLDialogElement.prototype.showModal = function showModal() {
      this.open = true;
    };
  });

  const choose = async (menu: string, item: string): Promise<void> => {
    await act(() => {
      find(menu).click();
    });
    await act(() => {
      find(item).click();
    });
  };
  const press = async (id: string): Promise<void> => {
    await act(() => {
      find(id).click();
    });
  };

  it('is done only after a question, and not if that is cancelled', async () => {
    const socket = await enter();
    socket.take();
    await choose('user-menu', 'menu-kick');
    expect(find('confirm-dialog').getAttribute('role')).toBe('alertdialog');
    expect(find('confirm-dialog').textContent).toContain('bob');
    expect(socket.take()).toEqual([]);
    await press('confirm-cancel');
    expect(all('confirm-dialog')).toEqual([]);
    expect(socket.take()).toEqual([]);
    expect(document.activeElement).toBe(find('user-menu'));
  });

  it('can be given a reason where somebody is removed', async () => {
    const socket = await enter();
    socket.take();
    await choose('user-menu', 'menu-kick');
    await act(() => {
      type(find('confirm-reason'), ' too loud ');
    });
    await press('confirm-action');
    expect(socket.take()).toMatchObject([{ type: 'useraction', kind: 'kick', dest: 'b', value: 'too loud' }]);
  });

  it('is deleting the chat as well', async () => {
    const socket = await enter();
    socket.take();
    await choose('group-menu', 'menu-clearchat');
    expect(socket.take()).toEqual([]);
    await press('confirm-action');
    expect(socket.take()).toMatchObject([{ type: 'groupaction', kind: 'clearchat' }]);
  });
});

describe('the list of invitations', () => {
  beforeEach(() => {
    HTMLDialogElement.prototype.showModal = function showModal() {
      this.open = true;
    };
  });

  const list = async (tokens: object[]): Promise<void> => {
    const socket = await enter();
    await act(() => {
      listInvitations(call);
    });
    await act(() => {
      socket.receive({ type: 'usermessage', kind: 'tokenlist', privileged: true, value: tokens });
    });
  };

  it('shows a hundred at first, says how many there are beside, and shows them on demand', async () => {
    await list(Array.from({ length: 250 }, (_, index) => ({ token: `t${String(index)}`, group: 'team' })));
    expect(all('invitation-entry')).toHaveLength(100);
    expect(find('invitations-more').textContent).toContain('150');
    for (const count of [200, 250]) {
      await act(() => {
        find('invitations-more').click();
      });
      expect(all('invitation-entry')).toHaveLength(count);
    }
    expect(all('invitations-more')).toHaveLength(0);
  });

  it('says from when an invitation is valid, who made it and when, and does not take one without end for expired', async () => {
    await list([
      { token: 't', 'not-before': '2998-05-06T10:00:00Z', issuedBy: 'carol', issuedAt: '2024-03-02T10:00:00Z' },
    ]);
    const [entry] = all('invitation-entry');
    expect(entry?.dataset['expired']).toBe('false');
    expect(entry?.textContent).toMatch(/valid from .*2998.*without end.*made by carol, .*2024/);
  });
});
