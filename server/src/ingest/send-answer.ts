import { type ServerResponse, STATUS_CODES } from 'node:http'
import { type ErrorCode, errorCatalogue, type HansardError, makeProblem } from 'hansard-protocol'

const problemType = 'application/problem+json'

/** Where a refusal does not say it itself. */
const retryAfterSeconds: Partial<Record<ErrorCode, number>> = {
  JOURNAL_FULL: 5,
  OVERLOADED: 5,
  SHUTTING_DOWN: 5,
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

export function sendJson(response: ServerResponse, status: number, type: string, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

/** Answers with the problem document of a refusal. */
export function sendProblem(response: ServerResponse, error: HansardError): void {
  for (const [name, value] of listHeaders(error)) response.setHeader(name, value)
  sendJson(response, errorCatalogue[error.code].status, problemType, makeProblem(error))
}

/** The whole answer as bytes, for a connection on which there is no request to answer. Closes the connection. */
export function formatProblem(error: HansardError): string {
  const { status } = errorCatalogue[error.code]
  const text = JSON.stringify(makeProblem(error))
  const headers = [
    ['connection', 'close'],
    ...listHeaders(error),
    ['content-type', problemType],
    ['content-length', String(Buffer.byteLength(text))],
  ]
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${text}`
}

function listHeaders(error: HansardError): [name: string, value: string][] {
  const headers: [string, string][] = []
  if (errorCatalogue[error.code].retry === 'later') {
    headers.push(['retry-after', String(error.facts.retryAfterSeconds ?? retryAfterSeconds[error.code] ?? 1)])
  }
  if (error.code === 'METHOD_NOT_ALLOWED') headers.push(['allow', String(error.facts.allow ?? 'POST')])
  if (errorCatalogue[error.code].status === 401) {
    headers.push(['www-authenticate', 'Bearer realm="hansard", Basic realm="hansard"'])
  }
  return headers
}
