import type { ConnectionWeather } from '../contract/connection-weather.ts'
import { corrupt, cutAfter, holdUntil, loseAnswer, type SeenRequest, type Weather } from './weather.ts'
import type { WeatherProxy } from './weather-proxy.ts'

/** How one kind of store speaks over HTTP. */
export interface HttpStoreWords {
  /** A request with the bytes of a whole file as its body. */
  isPut(request: SeenRequest): boolean
  /** A request with the bytes of a piece as its body. */
  isPiece(request: SeenRequest): boolean
  /** The last request of a file that goes in pieces. */
  isCompletion(request: SeenRequest): boolean
  /** What the store answers when access is refused, made with `answer`. */
  readonly denied: Weather
  /** What it answers when it is to be asked later. */
  readonly busy: Weather
}

/** Bad weather of a store behind a proxy. */
export function openHttpWeather(proxy: WeatherProxy, words: HttpStoreWords): ConnectionWeather {
  const any = (): boolean => true
  const hasBody = (request: SeenRequest): boolean => words.isPut(request) || words.isPiece(request)
  let thaw = Promise.withResolvers<void>()
  return {
    loseNextAnswer: () => proxy.next(words.isPut, loseAnswer),
    loseNextCompletion: () => proxy.next(words.isCompletion, loseAnswer),
    resetNextBody: () => proxy.next(hasBody, cutAfter(10_000)),
    corruptNextBody: () => proxy.next(words.isPut, corrupt(10_000)),
    corruptNextPiece: () => proxy.next(words.isPiece, corrupt(10_000)),
    slowDown: (times) => proxy.next(any, words.busy, times),
    delayNext: () => proxy.next(any, holdUntil(new Promise((resolve) => setTimeout(resolve, 300)))),
    hangNext: () => proxy.next(any, holdUntil(thaw.promise)),
    denyUntilHealed: () => proxy.next(any, words.denied, Number.POSITIVE_INFINITY),
    heal: () => {
      proxy.clear()
      thaw.resolve()
      thaw = Promise.withResolvers()
    },
  }
}
