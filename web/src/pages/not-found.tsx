import { render } from 'preact';
import { t } from '../i18n';
import { root, setUpPage } from './setup';
import '../styles/forms.css';
import '../styles/pages.css';

await setUpPage();
document.title = t('notFound.title');
render(
  <main class="page">
    <section class="card">
      <h1>{t('notFound.title')}</h1>
      <p>{t('notFound.text')}</p>
      <a class="button primary" href="/">
        {t('notFound.home')}
      </a>
    </section>
  </main>,
  root(),
);
