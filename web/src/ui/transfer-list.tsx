import type { JSX } from 'preact';
import type { Transfer } from '../call/transfer';
import { currentLanguage, t } from '../i18n';
import { useCall } from './call-context';
import { Icon } from './icons';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A size for people: 1.5 MB. */
export function fileSize(bytes: number, language: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const style = { style: 'unit', unit: UNITS[unit], maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, style).format(value);
}

function Progress({ transfer }: { transfer: Transfer }): JSX.Element {
  const { size } = transfer;
  const bytes = transfer.bytes.value;
  const percent = new Intl.NumberFormat(currentLanguage.value, { style: 'percent', roundingMode: 'floor' });
  return (
    <div class="transfer-progress">
      <progress max={size || 1} value={bytes} aria-label={transfer.fileName} />
      {/* Told once at the end, not at every step. */}
      <small aria-hidden="true" data-testid="transfer-percent">
        {percent.format(size > 0 ? bytes / size : 0)}
      </small>
    </div>
  );
}

function TransferEntry({ transfer }: { transfer: Transfer }): JSX.Element {
  const call = useCall();
  const state = transfer.state.value;
  const name = transfer.peerName || t('anonymous');
  const incomingOffer = state === 'offered' && !transfer.outgoing;
  return (
    <li class="transfer" data-testid="transfer" data-state={state}>
      <Icon name="file" />
      <div class="transfer-text">
        <p>
          {t(transfer.outgoing ? 'transfer.to' : 'transfer.from', {
            name,
            file: transfer.fileName,
            size: fileSize(transfer.size, currentLanguage.value),
          })}
        </p>
        {incomingOffer && <small>{t('transfer.address')}</small>}
        {(state === 'connecting' || state === 'transferring') && <Progress transfer={transfer} />}
        {state === 'offered' && transfer.outgoing && (
          <small>
            {t('transfer.waiting')} {t('transfer.sends')}
          </small>
        )}
        {state === 'done' && <small>{t('transfer.done')}</small>}
        {state === 'cancelled' && (
          <small>{[t('transfer.cancelled'), transfer.reason.value].filter(Boolean).join(': ')}</small>
        )}
      </div>
      <div class="transfer-actions">
        {incomingOffer && (
          <button type="button" class="primary" onClick={() => void transfer.accept()}>
            {t('transfer.accept')}
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            call.transfers.dismiss(transfer);
          }}
        >
          {t(incomingOffer ? 'transfer.reject' : transfer.over ? 'close' : 'cancel')}
        </button>
      </div>
    </li>
  );
}

/** Files on their way, apart from the chat so that clearing it does not touch them. */
export function TransferList(): JSX.Element | null {
  const { transfers } = useCall();
  if (transfers.list.value.length === 0) return null;
  return (
    <ul class="transfers" aria-live="polite">
      {transfers.list.value.map((transfer) => (
        <TransferEntry key={transfer.id} transfer={transfer} />
      ))}
    </ul>
  );
}
