import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { IconButton } from './icon-button';

interface Props {
  label: string;
  name: string;
  autocomplete: 'current-password' | 'new-password';
  value: string;
  testId: string;
  onInput: (value: string) => void;
}

/** A password, which can be looked at while it is typed. */
export function PasswordField(props: Props): JSX.Element {
  const [shown, setShown] = useState(false);
  const id = `field-${props.name}`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <span class="revealing">
        <input
          id={id}
          type={shown ? 'text' : 'password'}
          name={props.name}
          autocomplete={props.autocomplete}
          autocapitalize="off"
          spellcheck={false}
          value={props.value}
          data-testid={props.testId}
          onInput={(event) => {
            props.onInput(event.currentTarget.value);
          }}
        />
        <IconButton
          icon={shown ? 'eyeOff' : 'eye'}
          label={t(shown ? 'password.hide' : 'password.show')}
          onClick={() => {
            setShown(!shown);
          }}
        />
      </span>
    </div>
  );
}
