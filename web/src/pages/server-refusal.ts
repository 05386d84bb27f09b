import { t } from '../i18n';

/** Longest explanation of a server that is shown. */
const MAX_TEXT = 200;

/** A server has answered, but not with what was asked for; the message is for the user. */
export class ServerRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  /** Asking again may well help. */
  get temporary(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** HTTP/2 has no reason phrases; then the body says it, if it is a line of plain text. */
async function reasonOf(response: Response): Promise<string> {
  const type = response.headers.get('Content-Type') ?? '';
  const body = /^text\/plain\b/i.test(type) ? (await response.text()).trim() : '';
  return body !== '' && body.length <= MAX_TEXT && !body.includes('\n') ? body : response.statusText;
}

/** What an answer that is no success means. */
export async function refusalOf(response: Response): Promise<ServerRefusal> {
  const { status } = response;
  const text = `${String(status)} ${await reasonOf(response)}`.trim();
  if (status === 429) return new ServerRefusal(status, t('server.tooMany'));
  if (status === 401 || status === 403) return new ServerRefusal(status, t('server.forbidden'));
  if (status >= 500) return new ServerRefusal(status, t('server.trouble', { status: text }));
  return new ServerRefusal(status, t('server.refused', { status: text }));
}
