import type { AuditEvent } from '../events.ts'

/**
 * The documented line of a local audit log:
 * `{"severity":"INFO","logger":"dku.audit.generic","topic":"generic","message":{…},"mdc":{…},"callTime":9,"timestamp":"…"}`.
 * `mdc` is always there; `callTime` only if it is known. The bytes of the message are copied.
 */
export function makeLogLine({ topic, line, context }: AuditEvent, at: number): Buffer {
  const { severity = 'INFO', mdc = {}, callTimeMs } = context ?? {}
  const callTime = callTimeMs === undefined ? '' : `"callTime":${JSON.stringify(callTimeMs)},`
  const head = `{"severity":${JSON.stringify(severity)},"logger":${JSON.stringify(`dku.audit.${topic}`)},"topic":${JSON.stringify(topic)},"message":`
  const tail = `,"mdc":${JSON.stringify(mdc)},${callTime}"timestamp":"${formatLocalTime(at)}"}\n`
  return Buffer.concat([Buffer.from(head), line.subarray(0, -1), Buffer.from(tail)])
}

/** Time of this machine's zone, such as `2020-02-19T16:05:02.441+0100`. */
export function formatLocalTime(at: number): string {
  const offsetMinutes = -new Date(at).getTimezoneOffset()
  const local = new Date(at + offsetMinutes * 60_000).toISOString().slice(0, -1)
  const distance = Math.abs(offsetMinutes)
  const hours = String(Math.floor(distance / 60)).padStart(2, '0')
  const minutes = String(distance % 60).padStart(2, '0')
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${hours}${minutes}`
}
