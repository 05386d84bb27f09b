export type DeviceKind = 'video' | 'audio' | 'audioOutput';

export interface DeviceChoice {
  id: string;
  /** Empty until the user has allowed the page to use devices. */
  label: string;
}

const browserKinds: Record<DeviceKind, MediaDeviceKind> = {
  video: 'videoinput',
  audio: 'audioinput',
  audioOutput: 'audiooutput',
};

/** Ids that stand for the system's choice, beside the device itself. */
const aliases = ['', 'default', 'communications'];

/** The devices of a kind that can be told apart. Without permission browsers name none. */
export async function listDevices(kind: DeviceKind): Promise<DeviceChoice[]> {
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all
      .filter((device) => device.kind === browserKinds[kind])
      .filter((device) => !aliases.includes(device.deviceId))
      .map((device) => ({ id: device.deviceId, label: device.label }));
  } catch {
    return [];
  }
}

/** Whether this browser lets a page choose the loudspeaker. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}
