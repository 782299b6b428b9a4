import type { HttpStoreWords } from './http-weather.ts'
import { answer, type SeenRequest, type Weather } from './weather.ts'

const s3Refusal = (status: number, code: string): Weather =>
  answer(status, `<Error><Code>${code}</Code><Message>It is said so.</Message></Error>`)

const isS3Piece = ({ method, url }: SeenRequest): boolean => method === 'PUT' && url.includes('partNumber=')

export const s3Words: HttpStoreWords = {
  isPut: (request) => request.method === 'PUT' && !isS3Piece(request),
  isPiece: isS3Piece,
  isCompletion: ({ method, url }) => method === 'POST' && url.includes('uploadId='),
  denied: s3Refusal(403, 'AccessDenied'),
  busy: s3Refusal(503, 'SlowDown'),
}

const azureRefusal = (status: number, code: string): Weather =>
  answer(
    status,
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It is said so.</Message></Error>`,
    {
      'Content-Type': 'application/xml',
      'x-ms-error-code': code,
    },
  )

export const azureWords: HttpStoreWords = {
  isPut: ({ method, url }) => method === 'PUT' && !url.includes('comp='),
  isPiece: ({ method, url }) => method === 'PUT' && url.includes('comp=block&'),
  isCompletion: ({ method, url }) => method === 'PUT' && url.includes('comp=blocklist'),
  denied: azureRefusal(403, 'AuthorizationFailure'),
  busy: azureRefusal(503, 'ServerBusy'),
}

const gcsRefusal = (status: number, reason: string): Weather =>
  answer(status, JSON.stringify({ error: { code: status, message: reason, errors: [{ reason }] } }), {
    'Content-Type': 'application/json',
  })

export const gcsWords: HttpStoreWords = {
  isPut: ({ method, url }) => method === 'POST' && url.includes('uploadType=multipart'),
  isPiece: ({ method }) => method === 'PUT',
  isCompletion: ({ method, headers }) => {
    const [, last, total] = /-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? []
    return method === 'PUT' && total !== undefined && Number(last) + 1 === Number(total)
  },
  denied: gcsRefusal(403, 'forbidden'),
  busy: gcsRefusal(503, 'backendError'),
}
