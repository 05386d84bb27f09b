import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Call } from '../call/call';

export const CallContext = createContext<Call | undefined>(undefined);

/** The call this component belongs to. */
export function useCall(): Call {
  const call = useContext(CallContext);
  if (!call) throw new Error('outside of a call');
  return call;
}
