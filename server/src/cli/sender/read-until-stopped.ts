/**
 * The chunks of a stream up to its end or up to `stop`, also when the stream is silent just then.
 * @param onCut told when `stop` came before the end
 */
export async function* readUntilStopped(
  chunks: AsyncIterable<Uint8Array>,
  stop: AbortSignal,
  onCut: () => void,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  const stopped = new Promise<undefined>((resolve) => {
    if (stop.aborted) resolve(undefined)
    else stop.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  for (;;) {
    const next = await Promise.race([iterator.next(), stopped])
    if (next === undefined) return onCut()
    if (next.done === true) return
    yield next.value
  }
}
