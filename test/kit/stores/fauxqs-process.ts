import { Server } from 'node:net'
import { startFauxqs } from 'fauxqs'

/**
 * The process of `startFauxqs`: port and folder are its arguments. By itself fauxqs listens on every interface, and
 * has no setting for that.
 */
const [port, s3StorageDir] = process.argv.slice(2)
const listen = Server.prototype.listen
Server.prototype.listen = function (this: Server, ...given: unknown[]): Server {
  const [options, ...rest] = given as [object, ...unknown[]]
  return Reflect.apply(listen, this, [{ ...options, host: '127.0.0.1' }, ...rest])
}
await startFauxqs({ port: Number(port), s3StorageDir: s3StorageDir!, logger: false })
