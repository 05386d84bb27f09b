import { render } from 'preact';
import { t } from '../i18n';
import { root, setUpPage } from './setup';
import { Statistics } from './stats-page';
import '../styles/forms.css';
import '../styles/pages.css';
import '../styles/stats.css';

await setUpPage();
document.title = t('stats.title');
render(<Statistics />, root());
