/**
 * Names that Windows, and shares served by it, keep for devices: in any case, and with any extension.
 * A folder of that name cannot be made there, so no folder of ours ever has one.
 */
export const deviceNames: readonly string[] = [
  'con',
  'prn',
  'aux',
  'nul',
  'clock$',
  'conin$',
  'conout$',
  ...[...'0123456789¹²³'].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
]

const deviceNameSet = new Set(deviceNames)

/** True if `name` is a device name, whatever its case and extension. */
export function isDeviceName(name: string): boolean {
  const dot = name.indexOf('.')
  return deviceNameSet.has((dot < 0 ? name : name.slice(0, dot)).toLowerCase())
}
