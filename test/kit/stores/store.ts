/** A real store in processes of its own: on loopback, on a free port, with its data in a temporary folder. */
export interface Store {
  /** Where clients go, without a slash at the end; for Azurite with the account. It stays the same over `down` and `up`. */
  readonly endpoint: string
  /** Makes a bucket, or a container as Azure calls it. */
  createBucket(name: string): Promise<void>
  /** Ends the store's process; its data stay. */
  down(): Promise<void>
  /** Starts it again, on the same port with the same data, and waits until it takes requests. */
  up(): Promise<void>
  /** Ends the store for good and removes its data. */
  stop(): Promise<void>
}

export interface S3Store extends Store {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface AzureStore extends Store {
  readonly account: string
  readonly accountKey: string
  readonly connectionString: string
}

/** Needs no credentials. */
export type GcsStore = Store
