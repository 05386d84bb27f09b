import { offlineTexts } from './offline-texts';

const style = `
  :root { color-scheme: light dark; }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0; padding: 1rem; text-align: center;
    font: 16px/1.5 system-ui, sans-serif; color: #17242b; background: #eef2f4; }
  a { color: #0b6e8a; }
  @media (prefers-color-scheme: dark) { body { color: #e6eef1; background: #12191d; } a { color: #3fb2cf; } }`;

// Any answer will do: what the server says is for the page that comes then.
const script = `
  const look = () => fetch(location.href, { method: 'HEAD', cache: 'no-store' }).then(() => location.reload(), () => {});
  setInterval(look, 5000);
  addEventListener('online', look);`;

/** The page to show in the place of one that cannot be fetched, in the first of these languages that there is a text for. */
export function offlinePage(languages: readonly string[]): Response {
  const codes = languages.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  const code = codes.find((primary) => Object.hasOwn(offlineTexts, primary)) ?? 'en';
  const [title, advice, again] = offlineTexts[code] ?? ['', '', ''];
  const page = `<!doctype html>
<html lang="${code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main data-testid="offline"><h1>${title}</h1><p>${advice}</p><p><a href="">${again}</a></p></main>
<script>${script}</script>
</body>
</html>`;
  return new Response(page, {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    },
  });
}

/** Whether a page is one of those that people start from. The others ask for passwords, which are the browser's business. */
export function isEntrance(path: string): boolean {
  return path === '/' || path.startsWith('/group/');
}
