import { render } from 'preact';
import { Call } from '../call/call';
import { installAlerts } from '../call/alerts';
import { installMutedHint } from '../call/muted-hint';
import { installPageEffects } from '../call/page-effects';
import { followPreferredDevices } from '../call/preferred-devices';
import { applySettings } from '../call/settings-effects';
import { standBy } from '../offline/register';
import { App } from '../ui/app';
import { installMediaKeys } from '../ui/media-keys';
import { installShortcuts } from '../ui/shortcuts';
import { root, setUpPage } from './setup';
import '../styles/forms.css';
import '../styles/room.css';
import '../styles/stage.css';
import '../styles/side.css';

await setUpPage();
const call = new Call();
applySettings(call);
installPageEffects(call);
installAlerts(call);
installMutedHint(call);
followPreferredDevices(call);
installShortcuts(call);
installMediaKeys(call);
render(<App call={call} />, root());
standBy();
await call.start();

window.addEventListener('beforeunload', (event) => {
  // Closing the tab by mistake would drop what is being sent.
  const inside = call.phase.value === 'joined' || call.phase.value === 'reconnecting';
  if (inside && (call.publishing.all.length > 0 || call.transfers.busy)) event.preventDefault();
});
