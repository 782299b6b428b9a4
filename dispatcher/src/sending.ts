/** Pieces of the event-server target, for programs that send without a spool. */
export { describeNetworkError } from './event-server/describe-network-error.ts'
export type { HttpAnswer } from './event-server/http-door.ts'
export { NoAnswer } from './event-server/http-door.ts'
export { openNodeHttp } from './event-server/node-http.ts'
export { type ParsedAnswer, parseAnswer } from './event-server/parse-answer.ts'
export { makeRetryPauseMs, parseRetryAfterMs } from './retry-pause.ts'
