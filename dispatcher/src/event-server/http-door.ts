/** The door to the network: asks servers and gives whole answers. */
export interface HttpDoor {
  /** @throws NoAnswer */
  ask(request: HttpRequest): Promise<HttpAnswer>
  /** Closes the connections. */
  close(): void
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Address of the server; a path in it is put before `path`. */
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Ends the request; it rejects then. */
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  /** Value of the `Retry-After` header. */
  readonly retryAfter: string | undefined
  readonly text: string
}

/** There was no answer. */
export class NoAnswer extends Error {
  /** False if it is certain that nothing of the request has left this machine. */
  readonly wasSent: boolean

  constructor(reason: string, wasSent: boolean, cause?: unknown) {
    super(reason, { cause })
    this.name = 'NoAnswer'
    this.wasSent = wasSent
  }
}

export interface HttpDoorOptions {
  /** To be connected, TLS included. */
  readonly connectTimeoutMs: number
  /** From then on, a silence of this length ends the request. */
  readonly answerTimeoutMs: number
  readonly tls: TlsOptions
}

/** PEM text. */
export interface TlsOptions {
  /** Certificates to trust in place of those of the system. */
  readonly ca?: string | undefined
  /** Certificate and key of this node, for servers that ask for one. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly passphrase?: string | undefined
  /** The server may be anybody. Only for trying things out. */
  readonly trustAllCertificates?: boolean | undefined
}
