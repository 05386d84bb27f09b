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
        {(state === 'connecting' || state === 'transferring') && (
          <progress max={transfer.size || 1} value={transfer.bytes.value} />
        )}
        {state === 'offered' && transfer.outgoing && <small>{t('transfer.waiting')}</small>}
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
