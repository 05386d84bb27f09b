import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { PageFooter } from '../ui/page-footer';
import { groupInAddress } from './group-address';
import { root, setUpPage } from './setup';
import '../styles/forms.css';
import '../styles/pages.css';

function NotFound(): JSX.Element {
  const group = groupInAddress(window.location.pathname);
  const title = t('notFound.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div class="page">
      <main>
        <section class="card" data-testid="not-found">
          <h1>{title}</h1>
          <p>{group === undefined ? t('notFound.text') : t('notFound.group', { name: group })}</p>
          <a class="button primary" href="/">
            {t('notFound.home')}
          </a>
        </section>
      </main>
      <PageFooter />
    </div>
  );
}

await setUpPage();
render(<NotFound />, root());
